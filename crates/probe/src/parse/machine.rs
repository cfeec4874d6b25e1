//! What the machine is: cpuinfo, and the traces a hypervisor or a container runtime leaves.

use super::words::lines;

/// A line of cpuinfo: `key<tabs>: value`.
fn field<'l>(line: &'l [u8], key: &[u8]) -> Option<&'l [u8]> {
    let rest = line.strip_prefix(key)?.trim_ascii_start();
    rest.strip_prefix(b":").map(<[u8]>::trim_ascii)
}

/// Calls `each` with the number and hertz of every core whose frequency is told.
pub(crate) fn frequencies(bytes: &[u8], mut each: impl FnMut(u32, u64)) {
    let mut core = None;
    for line in lines(bytes) {
        let text = |value: &[u8]| std::str::from_utf8(value).ok().map(str::to_owned);
        if let Some(number) = field(line, b"processor") {
            core = text(number).and_then(|number| number.parse::<u32>().ok());
        } else if let Some(value) = field(line, b"cpu MHz") {
            let megahertz = text(value).and_then(|value| value.parse::<f64>().ok());
            let hertz = megahertz.map(|value| value * 1e6).filter(|value| *value >= 1.0);
            if let Some((core, hertz)) = core.zip(hertz) {
                each(core, hertz as u64);
            }
        }
    }
}

/// Cores without their hyper-threads; `None` where cpuinfo does not say which core a thread is of.
pub(crate) fn physical_cores(bytes: &[u8]) -> Option<u32> {
    let mut cores = std::collections::BTreeSet::new();
    let mut package: &[u8] = b"";
    for line in lines(bytes) {
        if let Some(id) = field(line, b"physical id") {
            package = id;
        } else if let Some(id) = field(line, b"core id") {
            cores.insert((package, id));
        }
    }
    u32::try_from(cores.len()).ok().filter(|count| *count > 0)
}

/// Traces of what may virtualise a machine; empty where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traces<'a> {
    /// Contents of /run/systemd/container, or `container=` of the first process.
    pub(crate) container: &'a [u8],
    /// A file in the root directory that a runtime puts there, by the runtime's name.
    pub(crate) marker: &'a [u8],
    /// /sys/hypervisor/type.
    pub(crate) hypervisor: &'a [u8],
    /// DMI's vendor and product, in this order, on lines of their own.
    pub(crate) dmi: &'a [u8],
    /// Kernel release.
    pub(crate) kernel: &'a [u8],
    /// cpuinfo.
    pub(crate) cpuinfo: &'a [u8],
}

/// Who is named in DMI, and what that means.
const VENDORS: [(&[u8], &str); 11] = [
    (b"KVM", "kvm"),
    (b"QEMU", "qemu"),
    (b"VMware", "vmware"),
    (b"innotek GmbH", "virtualbox"),
    (b"VirtualBox", "virtualbox"),
    (b"Virtual Machine", "hyper-v"),
    (b"Xen", "xen"),
    (b"Bochs", "bochs"),
    (b"Parallels", "parallels"),
    (b"BHYVE", "bhyve"),
    (b"Amazon EC2", "amazon"),
];

/// What virtualises this machine, the innermost first: a container hides the hypervisor below it.
pub(crate) fn virtualization(traces: &Traces<'_>) -> Option<String> {
    let word = |bytes: &[u8]| model::text::from_kernel(bytes.trim_ascii());
    for told in [traces.container, traces.marker] {
        let told = word(told);
        if !told.is_empty() && told.len() <= 64 {
            return Some(told);
        }
    }
    if holds(&traces.kernel.to_ascii_lowercase(), b"microsoft") {
        return Some("wsl".to_owned());
    }
    let hypervisor = word(traces.hypervisor);
    if !hypervisor.is_empty() && hypervisor.len() <= 64 {
        return Some(hypervisor);
    }
    // On bare metal of a cloud the vendor is named too: the processor has the last word.
    let flags = lines(traces.cpuinfo).find_map(|line| field(line, b"flags"));
    let is_told =
        flags.is_some_and(|flags| flags.split(|b| *b == b' ').any(|f| f == b"hypervisor"));
    let vendor =
        VENDORS.iter().find(|(vendor, _)| holds(traces.dmi, vendor)).map(|(_, word)| *word);
    match (is_told, vendor) {
        (false, Some("amazon")) => None,
        (_, Some(vendor)) => Some(vendor.to_owned()),
        (true, None) => Some("virtual machine".to_owned()),
        (false, None) => None,
    }
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPUINFO: &[u8] =
        b"processor\t: 0\ncpu MHz\t\t: 2596.126\nphysical id\t: 0\ncore id\t\t: 0\n\
        flags\t\t: fpu hypervisor sse\n\nprocessor\t: 1\ncpu MHz\t\t: 800.000\nphysical id\t: 0\n\
        core id\t\t: 0\n\nprocessor\t: 9\nphysical id\t: 1\ncore id\t\t: 0\n";

    #[test]
    fn cores_and_their_frequencies() {
        let mut seen = Vec::new();
        frequencies(CPUINFO, |core, hertz| seen.push((core, hertz)));
        assert_eq!(seen, [(0, 2_596_126_000), (1, 800_000_000)]);
        assert_eq!(physical_cores(CPUINFO), Some(2));
        assert_eq!(physical_cores(b"processor : 0\n"), None);
    }

    #[test]
    fn the_innermost_virtualisation_is_named() {
        let none = Traces::default();
        let said = |traces: Traces<'_>| virtualization(&traces);
        assert_eq!(said(none), None);
        assert_eq!(said(Traces { cpuinfo: CPUINFO, ..none }).as_deref(), Some("virtual machine"));
        let kvm = Traces { dmi: b"QEMU\nStandard PC", cpuinfo: CPUINFO, ..none };
        assert_eq!(said(kvm).as_deref(), Some("qemu"));
        assert_eq!(said(Traces { container: b"lxc\n", ..kvm }).as_deref(), Some("lxc"));
        assert_eq!(said(Traces { marker: b"docker", ..kvm }).as_deref(), Some("docker"));
        let wsl = Traces { kernel: b"5.15.90.1-microsoft-standard-WSL2", ..none };
        assert_eq!(said(wsl).as_deref(), Some("wsl"));
        let metal = Traces { dmi: b"Amazon EC2\nm5.metal", ..none };
        assert_eq!(said(metal), None, "rented metal is metal");
    }
}
