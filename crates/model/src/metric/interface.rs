//! The catalogue of network interfaces.

use super::{Entity, Metric, MetricValue, words};
use crate::delta::TrafficRates;
use crate::snapshot::Interface;
use crate::{Absence, Delta, Observed};
use std::borrow::Cow;

/// Network interfaces.
pub struct InterfaceEntity;

impl Entity for InterfaceEntity {
    type Row<'a> = InterfaceRow<'a>;
    const NAME: &'static str = "interface";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name", "addresses"];
}

/// One network interface of a delta.
#[derive(Clone, Copy)]
pub struct InterfaceRow<'a> {
    /// What the kernel counts of it.
    pub interface: &'a Interface,
    rates: Option<&'a TrafficRates>,
}

impl<'a> InterfaceRow<'a> {
    /// All interfaces, loopback included.
    pub fn all(delta: &'a Delta) -> impl ExactSizeIterator<Item = Self> {
        let rates = |row: usize| delta.host_rates.interfaces.get(row)?.as_ref();
        let rows = delta.host.interfaces.iter().enumerate();
        rows.map(move |(row, interface)| Self { interface, rates: rates(row) })
    }

    /// Its rates.
    #[must_use]
    pub fn rates(&self) -> Observed<&'a TrafficRates> {
        Observed::from_option(self.rates, Absence::NotYet)
    }
}

fn rate<'a>(row: &InterfaceRow<'_>, pick: fn(&TrafficRates) -> f64) -> MetricValue<'a> {
    MetricValue::number(row.rates().map(pick))
}

fn count<'a>(number: Option<u64>) -> MetricValue<'a> {
    let number = number.map(|number| number as f64);
    MetricValue::number(Observed::from_option(number, Absence::Unsupported))
}

const METRICS: &[Metric<InterfaceEntity>] = metrics! {
    1, "name", ["interface"], "NAME", Text, Identity, "the kernel's name",
        |row| MetricValue::Text(Cow::Borrowed(&row.interface.name));
    2, "status", ["state"], "STATE", Text, Label, "the kernel's word: up, down, unknown, …",
        |row| words(row.interface.setup.state.as_deref());
    3, "speed", [], "SPEED", Count, Label, "bits per second",
        |row| count(row.interface.setup.speed_bits_per_sec);
    4, "mtu", [], "MTU", Count, Label, "largest packet, bytes",
        |row| count(row.interface.setup.mtu.map(u64::from));
    5, "hardware_address", ["mac"], "MAC", Text, Label, "hardware address",
        |row| words(row.interface.setup.hardware_address.as_deref());
    6, "addresses", ["address", "ip"], "ADDRESSES", Text, Label,
        "addresses with their prefix lengths",
        |row| match row.interface.setup.addresses.as_slice() {
            [] => MetricValue::Absent(Absence::Unsupported),
            some => MetricValue::Text(Cow::Owned(some.join(" "))),
        };
    7, "bytes_recv", ["received"], "RX", Bytes, Counter, "bytes received so far",
        |row| MetricValue::Number(row.interface.counters.received_bytes as f64);
    8, "bytes_sent", ["sent"], "TX", Bytes, Counter, "bytes sent so far",
        |row| MetricValue::Number(row.interface.counters.sent_bytes as f64);
    9, "packets_recv", [], "RXPKT", Count, Counter, "packets received so far",
        |row| MetricValue::Number(row.interface.counters.received_packets as f64);
    10, "packets_sent", [], "TXPKT", Count, Counter, "packets sent so far",
        |row| MetricValue::Number(row.interface.counters.sent_packets as f64);
    11, "errin", [], "RXERR", Count, Counter, "errors while receiving so far",
        |row| MetricValue::Number(row.interface.counters.received_errors as f64);
    12, "errout", [], "TXERR", Count, Counter, "errors while sending so far",
        |row| MetricValue::Number(row.interface.counters.sent_errors as f64);
    13, "dropin", [], "RXDROP", Count, Counter, "packets dropped on the way in so far",
        |row| MetricValue::Number(row.interface.counters.received_drops as f64);
    14, "dropout", [], "TXDROP", Count, Counter, "packets dropped on the way out so far",
        |row| MetricValue::Number(row.interface.counters.sent_drops as f64);
    15, "bytes_recv_per_sec", ["rx"], "RX/s", BytesPerSecond, Gauge, "bytes received per second",
        |row| rate(row, |rates| rates.received_bytes);
    16, "bytes_sent_per_sec", ["tx"], "TX/s", BytesPerSecond, Gauge, "bytes sent per second",
        |row| rate(row, |rates| rates.sent_bytes);
    17, "packets_recv_per_sec", [], "RXPKT/s", Count, Gauge, "packets received per second",
        |row| rate(row, |rates| rates.received_packets);
    18, "packets_sent_per_sec", [], "TXPKT/s", Count, Gauge, "packets sent per second",
        |row| rate(row, |rates| rates.sent_packets);
    19, "errin_per_sec", [], "RXERR/s", Count, Gauge, "errors while receiving per second",
        |row| rate(row, |rates| rates.received_errors);
    20, "errout_per_sec", [], "TXERR/s", Count, Gauge, "errors while sending per second",
        |row| rate(row, |rates| rates.sent_errors);
    21, "dropin_per_sec", [], "RXDROP/s", Count, Gauge,
        "packets dropped on the way in per second",
        |row| rate(row, |rates| rates.received_drops);
    22, "dropout_per_sec", [], "TXDROP/s", Count, Gauge,
        "packets dropped on the way out per second",
        |row| rate(row, |rates| rates.sent_drops);
};
