//! Rates of sockets, and one socket as a row.

use super::Delta;
use crate::snapshot::{Owner, Payload, SocketSample, Sockets};
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
    pub(super) fn refill(&mut self, now: &Sockets) {
        self.receive.clear();
        self.send.clear();
        self.absence.clear();
        let elapsed = now.interval();
        now.sample.iter().for_each(|socket| self.push(rates(socket, elapsed)));
    }

    /// No rate is known.
    pub(super) fn withhold(&mut self) {
        let rates = self.absence.iter_mut();
        rates.for_each(|absence| *absence = absence.or(Some(Absence::NotYet)));
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

impl Sockets {
    /// Time between the two last readings of the sockets.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        if self.read_before_nanos == 0 {
            return None;
        }
        Interval::between(self.read_before_nanos, self.read_nanos)
    }
}

/// Growth since sockets were read the time before.
fn rates(socket: &SocketSample, elapsed: Option<Interval>) -> Observed<(f64, f64)> {
    let Some(counters) = socket.tcp else { return Observed::Absent(Absence::Unsupported) };
    let rates = elapsed.zip(socket.before).and_then(|(elapsed, before)| {
        let receive = elapsed.rate(before.received_bytes, counters.received_bytes)?;
        Some((receive, elapsed.rate(before.sent_bytes, counters.acked_bytes)?))
    });
    Observed::from_option(rates, Absence::NotYet)
}

/// How much of this machine's traffic is known to whom it belongs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkShare {
    /// TCP payload of connections whose process is known: received and sent, bytes per second.
    pub attributed: (f64, f64),
    /// TCP payload of connections whose process is not known, likewise.
    pub unattributed: (f64, f64),
    /// Both with all that went through the interfaces, loopback included, headers and other
    /// protocols too: what is known of it, 0 to 1. `None` while nothing moves.
    pub coverage_ratio: Option<f64>,
}

impl NetworkShare {
    /// From the totals of the sockets and the traffic of the interfaces, bytes per second.
    pub(super) fn of(sockets: &Sockets, interfaces: Option<(f64, f64)>) -> Option<Self> {
        let elapsed = sockets.interval()?;
        let rate = |before: Payload, now: Payload| {
            let receive = elapsed.rate(before.received_bytes, now.received_bytes)?;
            Some((receive, elapsed.rate(before.sent_bytes, now.sent_bytes)?))
        };
        let (before, now) = (&sockets.totals_before, &sockets.totals);
        let attributed = rate(before.attributed, now.attributed)?;
        let unattributed = rate(before.unattributed, now.unattributed)?;
        let coverage = interfaces.map(|(received, sent)| received + sent).filter(|sum| *sum > 0.0);
        let ratio = |sum: f64| ((attributed.0 + attributed.1) / sum).min(1.0);
        Some(Self { attributed, unattributed, coverage_ratio: coverage.map(ratio) })
    }
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
