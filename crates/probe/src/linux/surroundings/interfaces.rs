//! How interfaces are set up, and how fast cores run: asking a driver may take its lock or a core's
//! attention, so that the sampler does neither.

use super::Setups;
use crate::linux::netlink::{DATAGRAM_MAX, Link};
use crate::linux::system_files::SystemFiles;
use crate::parse::address;
use crate::parse::diag::Progress;
use crate::parse::machine;
use model::snapshot::InterfaceSetup;
use rustix::io::Errno;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Answers to one question at most, a few hundred addresses each.
const DATAGRAMS_MAX: usize = 1000;

/// Addresses of one interface at most.
const ADDRESSES_MAX: usize = 64;

/// Number and hertz of each core, by number: from cpufreq, else from cpuinfo.
pub(super) fn frequencies(system: &SystemFiles) -> Vec<(u32, u64)> {
    let mut found = Vec::new();
    for name in system.names("sys/devices/system/cpu") {
        let Some(core) = name.strip_prefix("cpu").and_then(|digits| digits.parse::<u32>().ok())
        else {
            continue;
        };
        let path = format!("sys/devices/system/cpu/{name}/cpufreq/scaling_cur_freq");
        let kilohertz: Option<u64> = system.number(path);
        if let Some(kilohertz) = kilohertz.filter(|kilohertz| *kilohertz > 0) {
            found.push((core, kilohertz.saturating_mul(1000)));
        }
    }
    if found.is_empty() {
        let cpuinfo = system.bytes("proc/cpuinfo").unwrap_or_default();
        machine::frequencies(&cpuinfo, |core, hertz| found.push((core, hertz)));
    }
    found.sort_unstable();
    found.dedup_by_key(|(core, _)| *core);
    found
}

/// Every interface of our network namespace.
pub(super) fn setups(system: &SystemFiles) -> Setups {
    let mut addresses = addresses().unwrap_or_default();
    let mut setups = Setups::new();
    for name in system.names("sys/class/net") {
        let text = |file: &str| system.text(format!("sys/class/net/{name}/{file}"));
        let number = |file: &str| text(file).and_then(|word| word.parse::<u64>().ok());
        let index = number("ifindex").and_then(|index| u32::try_from(index).ok());
        // An unknown speed is -1, or 4294967295 of old drivers.
        let speed = number("speed").filter(|speed| (1..u64::from(u32::MAX)).contains(speed));
        let setup = InterfaceSetup {
            state: text("operstate").map(Into::into),
            speed_bits_per_sec: speed.map(|megabits| megabits * 1_000_000),
            mtu: number("mtu").and_then(|mtu| u32::try_from(mtu).ok()),
            hardware_address: text("address").map(Into::into),
            addresses: index.and_then(|index| addresses.remove(&index)).unwrap_or_default(),
        };
        setups.insert(name.into(), Arc::new(setup));
    }
    setups
}

/// Addresses with their prefix lengths, by the interface's number.
fn addresses() -> Result<HashMap<u32, Vec<Arc<str>>>, Errno> {
    let link = Link::open(None)?;
    link.send(&address::request())?;
    let mut found = HashMap::<u32, Vec<Arc<str>>>::new();
    let mut keep = |index: u32, address: IpAddr, prefix: u8| {
        let rows = found.entry(index).or_default();
        if rows.len() < ADDRESSES_MAX {
            rows.push(format!("{address}/{prefix}").into());
        }
    };
    let mut buffer = vec![0; DATAGRAM_MAX];
    for _ in 0..DATAGRAMS_MAX {
        if address::messages(link.receive(&mut buffer)?, &mut keep) != Progress::More {
            break;
        }
    }
    Ok(found)
}
