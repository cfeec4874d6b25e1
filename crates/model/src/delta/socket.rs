//! Rates of sockets, and one socket as a row.

use super::Delta;
use crate::snapshot::{Owner, SocketSample, Sockets};
use crate::{Absence, Interval, Observed};

/// Rates of all sockets, row by row as the table.
#[derive(Debug, Default)]
pub struct SocketRates {
    /// Payload received per second.
    pub receive: Vec<f64>,
    /// Payload sent and acknowledged per second.
    pub send: Vec<f64>,
    /// Why they are not known.
    pub absence: Vec<Option<Absence>>,
}

impl SocketRates {
    /// Walks both tables once, side by side: both are ordered by cookie.
    pub(super) fn refill(
        &mut self,
        before: Option<&Sockets>,
        now: &Sockets,
        elapsed: Option<Interval>,
    ) {
        self.receive.clear();
        self.send.clear();
        self.absence.clear();
        let earlier = before.map_or(&[][..], |sockets| &sockets.sample);
        let mut old = 0;
        for socket in &now.sample {
            while earlier.get(old).is_some_and(|sample| sample.cookie < socket.cookie) {
                old += 1;
            }
            let seen = earlier.get(old).filter(|sample| sample.cookie == socket.cookie);
            self.push(rates(seen, socket, elapsed));
        }
    }

    fn push(&mut self, rates: Observed<(f64, f64)>) {
        let (values, absence) = match rates {
            Observed::Known(values) => (values, None),
            Observed::Absent(absence) => ((0.0, 0.0), Some(absence)),
        };
        self.receive.push(values.0);
        self.send.push(values.1);
        self.absence.push(absence);
    }
}

/// A socket that was not there before counts from zero: its cookie was never used before.
fn rates(
    before: Option<&SocketSample>,
    now: &SocketSample,
    elapsed: Option<Interval>,
) -> Observed<(f64, f64)> {
    let Some(counters) = now.tcp else { return Observed::Absent(Absence::Unsupported) };
    let Some(elapsed) = elapsed else { return Observed::Absent(Absence::NotYet) };
    let earlier = match before {
        None => Default::default(),
        Some(sample) => match sample.tcp {
            Some(counters) => counters,
            None => return Observed::Absent(Absence::NotYet),
        },
    };
    let receive = elapsed.rate(earlier.received_bytes, counters.received_bytes);
    let send = elapsed.rate(earlier.acked_bytes, counters.acked_bytes);
    Observed::from_option(receive.zip(send), Absence::NotYet)
}

/// One socket of a delta.
#[derive(Clone, Copy)]
pub struct SocketRow<'a> {
    delta: &'a Delta,
    index: usize,
}

impl<'a> SocketRow<'a> {
    pub(super) fn new(delta: &'a Delta, index: usize) -> Self {
        Self { delta, index }
    }

    /// What the kernel says of it.
    #[must_use]
    pub fn sample(&self) -> &'a SocketSample {
        &self.delta.sockets.sample[self.index]
    }

    /// Who holds it.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.delta.sockets.owner[self.index]
    }

    /// The process that holds it, if it is known and was seen.
    #[must_use]
    pub fn process(&self) -> Option<super::ProcessRow<'a>> {
        match self.owner() {
            Owner::Process(pid) => self.delta.process_by_pid(pid),
            _ => None,
        }
    }

    /// Payload received per second.
    #[must_use]
    pub fn receive_rate(&self) -> Observed<f64> {
        let rates = &self.delta.socket_rates;
        Observed::new(rates.receive[self.index], rates.absence[self.index])
    }

    /// Payload sent and acknowledged per second.
    #[must_use]
    pub fn send_rate(&self) -> Observed<f64> {
        let rates = &self.delta.socket_rates;
        Observed::new(rates.send[self.index], rates.absence[self.index])
    }
}
