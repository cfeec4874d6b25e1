//! What does not change while the machine runs.

use crate::linux::procfs::ProcFs;
use crate::linux::system_files::SystemFiles;
use crate::parse::machine::{self, Traces};
use model::snapshot::HostFacts;
use model::text;
use std::net::UdpSocket;

pub(super) fn read_facts(root: &ProcFs, system: &SystemFiles) -> HostFacts {
    let line = |file| {
        let bytes = root.read_named(file).unwrap_or_default();
        text::from_kernel(bytes.trim_ascii())
    };
    let cpuinfo = root.read_named("cpuinfo").unwrap_or_default();
    let kernel = line("sys/kernel/osrelease");
    HostFacts {
        boot_id: line("sys/kernel/random/boot_id"),
        hostname: line("sys/kernel/hostname"),
        os: os_name(system),
        architecture: std::env::consts::ARCH.to_owned(),
        cpu_model: cpu_model(&cpuinfo),
        ip_address: ip_address(),
        physical_cores: siblings(system).or_else(|| machine::physical_cores(&cpuinfo)),
        virtualization: virtualization(system, &kernel, &cpuinfo),
        kernel,
    }
}

fn os_name(system: &SystemFiles) -> String {
    let release = system.text("etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| "Linux".to_owned(), |name| name.trim_matches('"').to_owned())
}

fn cpu_model(cpuinfo: &[u8]) -> Option<String> {
    let text = text::from_kernel(cpuinfo);
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Each core is named by the list of its threads; cpuinfo has nothing of this on ARM.
fn siblings(system: &SystemFiles) -> Option<u32> {
    let mut cores = std::collections::BTreeSet::new();
    for name in system.names("sys/devices/system/cpu") {
        let Some(number) = name.strip_prefix("cpu") else { continue };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let path = format!("sys/devices/system/cpu/{name}/topology/thread_siblings_list");
        cores.insert(system.text(&path)?);
    }
    u32::try_from(cores.len()).ok().filter(|count| *count > 0)
}

fn virtualization(system: &SystemFiles, kernel: &str, cpuinfo: &[u8]) -> Option<String> {
    let read = |path: &str| system.text(path).unwrap_or_default();
    let environment = system.bytes("proc/1/environ").unwrap_or_default();
    let told = environment.split(|byte| *byte == 0).find_map(|v| v.strip_prefix(b"container="));
    let container = match system.text("run/systemd/container") {
        Some(text) => text.into_bytes(),
        None => told.unwrap_or_default().to_vec(),
    };
    let markers = [(".dockerenv", "docker"), ("run/.containerenv", "podman")];
    let marker = markers.iter().find(|(file, _)| system.path(file).exists());
    let dmi = ["sys_vendor", "product_name"].map(|file| read(&format!("sys/class/dmi/id/{file}")));
    machine::virtualization(&Traces {
        container: &container,
        marker: marker.map_or(b"", |(_, runtime)| runtime.as_bytes()),
        hypervisor: read("sys/hypervisor/type").as_bytes(),
        dmi: dmi.join("\n").as_bytes(),
        kernel: kernel.as_bytes(),
        cpuinfo,
    })
}

/// The address this machine would send from: asking the routing table sends nothing.
/// 192.0.2.1 is reserved for documentation (RFC 5737).
fn ip_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}
