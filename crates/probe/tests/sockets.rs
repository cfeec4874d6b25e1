//! What is said of sockets, on sockets that are opened here; most in network namespaces of their
//! own, where nobody else's traffic counts. Needs root, as reading other namespaces does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::snapshot::{
    NamespaceAccess, NetTotals, Owner, Payload, Protocol, SocketSample, SocketState,
};
use model::{Delta, Snapshot};
use probe::{Clock, Probe, ProbeOptions, Reading, SystemClock};
use rustix::fd::AsFd;
use rustix::thread::{CapabilitySet, LinkNameSpaceType, move_into_link_name_space};
use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// All tests are one process with one number of bytes moved, so one runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process, ended with the test.
struct Companion(Child);

impl Companion {
    /// A shell that says so when it has done what it was told, then waits.
    fn told(in_namespace: Option<u32>, script: &str) -> Self {
        let script = format!("{script}\necho ready\nread -r end");
        let mut command = match in_namespace {
            None => Command::new("unshare"),
            Some(_) => Command::new("nsenter"),
        };
        match in_namespace {
            None => command.arg("-n"),
            Some(pid) => command.arg(format!("--net=/proc/{pid}/ns/net")),
        };
        command.args(["bash", "-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "{script}");
        Self(child)
    }

    fn namespace() -> Self {
        Self::told(None, "ip link set lo up")
    }

    fn inode(&self) -> u64 {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(format!("/proc/{}/ns/net", self.0.id())).unwrap().ino()
    }

    /// Runs `what` on a thread inside its network namespace.
    fn inside<T: Send>(&self, what: impl FnOnce() -> T + Send) -> T {
        let namespace = File::open(format!("/proc/{}/ns/net", self.0.id())).unwrap();
        let enter = move || {
            let kind = Some(LinkNameSpaceType::Network);
            move_into_link_name_space(namespace.as_fd(), kind).unwrap();
            what()
        };
        std::thread::scope(|scope| scope.spawn(enter).join().unwrap())
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        let _: Option<ChildStdin> = self.0.stdin.take();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The real time, and CPU that costs nothing, so that sockets are read in every sample however
/// busy the machine is.
struct Free;

impl Clock for Free {
    fn boot_nanos(&self) -> u64 {
        SystemClock.boot_nanos()
    }

    fn unix_nanos(&self) -> i64 {
        SystemClock.unix_nanos()
    }

    fn thread_cpu_nanos(&self) -> u64 {
        0
    }
}

/// Both ends of connections over loopback.
struct Pairs(Vec<(TcpStream, TcpStream)>);

impl Pairs {
    fn open(address: IpAddr, count: usize) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let to = listener.local_addr().unwrap();
        let open = |_| (TcpStream::connect(to).unwrap(), listener.accept().unwrap().0);
        Self((0..count).map(open).collect())
    }

    /// Sends `bytes` through each, and reads them at the other end.
    fn transfer(&mut self, bytes: usize) {
        let sent = vec![7; bytes];
        let mut received = vec![0; bytes];
        for (from, to) in &mut self.0 {
            from.write_all(&sent).unwrap();
            to.read_exact(&mut received).unwrap();
        }
    }
}

fn within_one_percent(seen: u64, expected: u64) -> bool {
    seen.abs_diff(expected) * 100 <= expected
}

fn all(totals: &NetTotals) -> Payload {
    Payload {
        received_bytes: totals.attributed.received_bytes + totals.unattributed.received_bytes,
        sent_bytes: totals.attributed.sent_bytes + totals.unattributed.sent_bytes,
    }
}

/// Samples until `done` says so; the kernel tells of closed connections a little later.
fn sample_until(probe: &mut Probe, done: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for _ in 0..500 {
        probe.sample(&mut snapshot, &Free);
        if done(&snapshot) {
            return snapshot;
        }
        std::thread::yield_now();
    }
    let Snapshot { sockets, gaps, .. } = snapshot;
    panic!("never seen: {:?} {:?} {gaps:?}", sockets.totals, sockets.namespaces);
}

fn my_net(snapshot: &Snapshot) -> model::snapshot::NetSample {
    let row = snapshot.processes.find(std::process::id()).unwrap();
    snapshot.processes.net(snapshot.processes.key[row])
}

fn find(snapshot: &Snapshot, local: SocketAddr) -> Option<(&SocketSample, Owner)> {
    let row = snapshot.sockets.sample.iter().position(|socket| socket.local == local)?;
    Some((&snapshot.sockets.sample[row], snapshot.sockets.owner[row]))
}

fn long_connections_are_charged(probe: &mut Probe, address: IpAddr) {
    const BYTES: usize = 20_000;
    let first = sample_until(probe, |_| true);
    let before = my_net(&first);
    let mut pairs = Pairs::open(address, 500);
    sample_until(probe, |snapshot| my_net(snapshot).sockets >= 1000);
    pairs.transfer(BYTES);
    let moved = (500 * BYTES) as u64;
    let now = sample_until(probe, |snapshot| my_net(snapshot).sent_bytes >= moved);
    let now = my_net(&now);
    let received = now.received_bytes - before.received_bytes;
    assert!(within_one_percent(received, moved), "{received} of {moved}");
    let sent = now.sent_bytes - before.sent_bytes;
    assert!(within_one_percent(sent, moved), "{sent} of {moved}");
}

#[test]
fn bytes_of_long_connections_are_charged_to_their_process() {
    let _alone = alone();
    for address in [V4, V6] {
        let home = Companion::namespace();
        home.inside(|| long_connections_are_charged(&mut Probe::new().unwrap(), address));
    }
}

#[test]
fn bytes_in_another_network_namespace_are_charged_likewise() {
    let _alone = alone();
    let home = Companion::namespace();
    let away = Companion::namespace();
    for address in [V4, V6] {
        home.inside(|| {
            let mut probe = Probe::new().unwrap();
            sample_until(&mut probe, |_| true);
            let mut pairs = away.inside(|| Pairs::open(address, 500));
            let seen = sample_until(&mut probe, |snapshot| my_net(snapshot).sockets >= 1000);
            let start = my_net(&seen);
            let is_open = |socket: &SocketSample| socket.state == SocketState::Established;
            let inode = away.inode();
            let ours = |socket: &&SocketSample| socket.namespace == inode && is_open(socket);
            assert_eq!(seen.sockets.sample.iter().filter(ours).count(), 1000);
            pairs.transfer(20_000);
            let moved = 500 * 20_000;
            let reached =
                |snapshot: &Snapshot| my_net(snapshot).sent_bytes - start.sent_bytes >= moved;
            let now = sample_until(&mut probe, reached);
            let received = my_net(&now).received_bytes - start.received_bytes;
            assert!(within_one_percent(received, moved), "{received} of {moved}");
            // Coverage compares with our own interfaces.
            assert_eq!(all(&now.sockets.totals), Payload::default());
        });
    }
}

#[test]
fn connections_opened_and_closed_between_two_samples_are_in_the_totals() {
    let _alone = alone();
    for address in [V4, V6] {
        let home = Companion::namespace();
        home.inside(|| {
            let mut probe = Probe::new().unwrap();
            sample_until(&mut probe, |_| true);
            for _ in 0..40 {
                Pairs::open(address, 50).transfer(10_000);
            }
            let moved = 2000 * 10_000;
            let now = sample_until(&mut probe, |snapshot| {
                let seen = all(&snapshot.sockets.totals);
                seen.received_bytes.min(seen.sent_bytes) >= moved
            });
            let seen = all(&now.sockets.totals);
            assert!(within_one_percent(seen.received_bytes, moved), "{seen:?}");
            assert!(within_one_percent(seen.sent_bytes, moved), "{seen:?}");
        });
    }
}

#[test]
fn the_last_bytes_of_a_connection_go_to_who_held_it() {
    let _alone = alone();
    let home = Companion::namespace();
    home.inside(|| {
        let mut probe = Probe::new().unwrap();
        sample_until(&mut probe, |_| true);
        let mut pairs = Pairs::open(V4, 10);
        let open = sample_until(&mut probe, |snapshot| my_net(snapshot).sockets >= 20);
        let before = my_net(&open);
        pairs.transfer(100_000);
        drop(pairs);
        let sent = |snapshot: &Snapshot| my_net(snapshot).sent_bytes - before.sent_bytes;
        let now = sample_until(&mut probe, |snapshot| sent(snapshot) >= 1_000_000);
        assert!(within_one_percent(sent(&now), 1_000_000), "{}", sent(&now));
        assert_eq!(now.sockets.totals.unattributed, Payload::default());
        // Nothing is charged twice, however long one looks.
        for _ in 0..5 {
            let later = sample_until(&mut probe, |_| true);
            assert!(within_one_percent(sent(&later), 1_000_000), "{}", sent(&later));
        }
    });
}

#[test]
fn totals_grow_whichever_snapshot_is_filled() {
    let _alone = alone();
    let home = Companion::namespace();
    home.inside(|| {
        let mut probe = Probe::new().unwrap();
        let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
        probe.sample(&mut before, &Free);
        let mut pairs = Pairs::open(V4, 5);
        for _ in 0..6 {
            pairs.transfer(50_000);
            probe.sample(&mut now, &Free);
            assert_eq!(now.sockets.totals_before, before.sockets.totals);
            std::mem::swap(&mut before, &mut now);
        }
        let seen = sample_until(&mut probe, |snapshot| {
            all(&snapshot.sockets.totals).sent_bytes >= 6 * 5 * 50_000
        });
        assert!(within_one_percent(all(&seen.sockets.totals).received_bytes, 6 * 5 * 50_000));
        let share = Delta::between(Some(&before), &seen).network_share.unwrap();
        assert!(share.attributed.0 >= 0.0);
    });
}

#[test]
fn a_socket_belongs_to_who_holds_it_now() {
    let _alone = alone();
    let home = Companion::namespace();
    home.inside(|| {
        let mut probe = Probe::new().unwrap();
        let listener = TcpListener::bind((V4, 0)).unwrap();
        let at = listener.local_addr().unwrap();
        let is_owned_by = |pid: u32| {
            move |snapshot: &Snapshot| {
                find(snapshot, at).is_some_and(|(_, owner)| owner == Owner::Process(pid))
            }
        };
        let seen = sample_until(&mut probe, is_owned_by(std::process::id()));
        assert_ne!(find(&seen, at).unwrap().0.cgroup, 0, "the kernel tells the control group");
        // The child has it as its standard input; this process lets go of it.
        let given = std::os::fd::OwnedFd::from(listener);
        let heir = Command::new("sleep").arg("600").stdin(Stdio::from(given)).spawn().unwrap();
        let heir = Companion(heir);
        sample_until(&mut probe, is_owned_by(heir.0.id()));
    });
}

#[test]
fn a_socket_of_a_process_in_another_namespace_has_its_owner() {
    let _alone = alone();
    let away = Companion::namespace();
    let listener = away.inside(|| TcpListener::bind((V4, 0)).unwrap());
    let port = listener.local_addr().unwrap().port();
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port}");
    let client = Companion::told(Some(away.0.id()), &script);
    let mut probe = Probe::new().unwrap();
    let seen = sample_until(&mut probe, |snapshot| {
        let sockets = &snapshot.sockets;
        sockets.sample.iter().zip(&sockets.owner).any(|(socket, owner)| {
            socket.remote.port() == port
                && socket.namespace == away.inode()
                && *owner == Owner::Process(client.0.id())
        })
    });
    let namespace = seen.sockets.namespaces.iter().find(|ns| ns.inode == away.inode()).unwrap();
    assert_eq!(namespace.access, NamespaceAccess::Entered);
}

#[test]
fn a_namespace_is_let_go_with_its_last_process() {
    let _alone = alone();
    let away = Companion::namespace();
    let inode = away.inode();
    let mut probe = Probe::new().unwrap();
    let is_there = |snapshot: &Snapshot| {
        snapshot.sockets.namespaces.iter().any(|namespace| namespace.inode == inode)
    };
    sample_until(&mut probe, is_there);
    let links = || {
        let all = std::fs::read_dir("/proc/self/fd").unwrap();
        all.filter(|entry| {
            let target = std::fs::read_link(entry.as_ref().unwrap().path());
            target.is_ok_and(|path| path.to_string_lossy().starts_with("net:"))
        })
        .count()
    };
    drop(away);
    let gone = sample_until(&mut probe, |snapshot| !is_there(snapshot));
    assert!(gone.sockets.sample.iter().all(|socket| socket.namespace != inode));
    assert_eq!(links(), 0, "descriptors of namespaces are open");
}

/// Gives up a privilege of the calling thread and of those it starts.
fn without<T: Send>(privilege: CapabilitySet, what: impl FnOnce() -> T + Send) -> T {
    let give_up = move || {
        let mut sets = rustix::thread::capabilities(None).unwrap();
        sets.effective.remove(privilege);
        sets.permitted.remove(privilege);
        rustix::thread::set_capabilities(None, sets).unwrap();
        what()
    };
    std::thread::scope(|scope| scope.spawn(give_up).join().unwrap())
}

#[test]
fn without_the_right_to_enter_a_namespace_its_tables_are_read() {
    let _alone = alone();
    let away = Companion::namespace();
    let (tcp, udp) =
        away.inside(|| (TcpListener::bind((V4, 0)).unwrap(), UdpSocket::bind((V6, 0)).unwrap()));
    let (tcp_at, udp_at) = (tcp.local_addr().unwrap(), udp.local_addr().unwrap());
    let snapshot = without(CapabilitySet::SYS_ADMIN, || {
        let mut probe = Probe::new().unwrap();
        sample_until(&mut probe, |snapshot| {
            let me = Owner::Process(std::process::id());
            find(snapshot, tcp_at).is_some_and(|(_, owner)| owner == me)
        })
    });
    let inode = away.inode();
    let namespace = snapshot.sockets.namespaces.iter().find(|ns| ns.inode == inode).unwrap();
    assert_eq!(namespace.access, NamespaceAccess::Tables);
    let (socket, _) = find(&snapshot, udp_at).unwrap();
    assert_eq!((socket.protocol, socket.namespace), (Protocol::Udp6, inode));
    assert!(socket.tcp.is_none() && socket.cookie >> 63 == 1);
    let gap = |gap: &&model::Gap| gap.what == "network_connections";
    let gap = snapshot.gaps.iter().find(gap).unwrap();
    assert!(gap.detail.contains("other network namespaces"), "{gap:?}");
}

#[test]
fn unix_sockets_are_read_where_they_are_asked_for() {
    let _alone = alone();
    let mut few = Probe::new().unwrap();
    let is_unix = |socket: &&SocketSample| socket.protocol == Protocol::Unix;
    let name = format!("topmast-test-{}", std::process::id());
    let address = {
        use std::os::linux::net::SocketAddrExt;
        std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap()
    };
    let listener = std::os::unix::net::UnixListener::bind_addr(&address).unwrap();
    let client = std::os::unix::net::UnixStream::connect_addr(&address).unwrap();
    let (server, _) = listener.accept().unwrap();
    assert!(client.as_raw_fd() != server.as_raw_fd());
    let snapshot = sample_until(&mut few, |_| true);
    assert_eq!(snapshot.sockets.sample.iter().filter(is_unix).count(), 0);
    let options = ProbeOptions { unix_sockets: Reading::Yes, ..ProbeOptions::default() };
    let snapshot = sample_until(&mut Probe::with(&options).unwrap(), |_| true);
    let named: Vec<_> = (0..snapshot.sockets.len())
        .filter(|row| {
            let path = snapshot.sockets.sample[*row].path.as_deref();
            path.and_then(|path| path.strip_prefix('@')) == Some(name.as_str())
        })
        .collect();
    // The listener, and the accepted end, which has its name.
    assert_eq!(named.len(), 2);
    let me = Owner::Process(std::process::id());
    assert!(named.iter().all(|row| snapshot.sockets.owner[*row] == me));
    let inode = |socket: &dyn AsFd| rustix::fs::fstat(socket).unwrap().st_ino;
    let peer = |inode: u64| {
        let row = named.iter().find(|row| snapshot.sockets.sample[**row].inode == inode);
        snapshot.sockets.sample[*row.unwrap()].peer_inode
    };
    assert_eq!(peer(inode(&server)), inode(&client));
    // The listener has no other end.
    assert_ne!(peer(inode(&listener)), inode(&client));
}

/// The real clocks, but all that is done seems to cost ten milliseconds of CPU, and time passes
/// only when it is told to.
struct Dear {
    boot_nanos: Cell<u64>,
    cpu_nanos: Cell<u64>,
}

impl Clock for Dear {
    fn boot_nanos(&self) -> u64 {
        self.boot_nanos.get()
    }

    fn unix_nanos(&self) -> i64 {
        self.boot_nanos.get().cast_signed()
    }

    fn thread_cpu_nanos(&self) -> u64 {
        self.cpu_nanos.set(self.cpu_nanos.get() + 100_000_000);
        self.cpu_nanos.get()
    }
}

#[test]
fn sockets_that_are_dear_to_read_are_kept_for_some_samples() {
    let _alone = alone();
    const SECOND: u64 = 1_000_000_000;
    let home = Companion::namespace();
    home.inside(|| {
        let clock = Dear { boot_nanos: Cell::new(3600 * SECOND), cpu_nanos: Cell::new(0) };
        let mut probe = Probe::new().unwrap();
        let (mut first, mut second) = (Snapshot::default(), Snapshot::default());
        let mut pairs = Pairs::open(V4, 3);
        probe.sample(&mut first, &clock);
        assert_eq!(my_net(&first).sockets, 6);
        pairs.transfer(1000);
        let listener = TcpListener::bind((V4, 0)).unwrap();
        let at = listener.local_addr().unwrap();
        clock.boot_nanos.set(3601 * SECOND);
        probe.sample(&mut second, &clock);
        let shown = |snapshot: &Snapshot| {
            let sockets = &snapshot.sockets;
            (sockets.sample.clone(), sockets.owner.clone(), sockets.read_nanos)
        };
        assert_eq!(shown(&first), shown(&second));
        assert_eq!((my_net(&first), my_net(&second)), (my_net(&second), my_net(&first)));
        clock.boot_nanos.set(3606 * SECOND);
        probe.sample(&mut first, &clock);
        assert!(find(&first, at).is_some());
        let read = (first.sockets.read_before_nanos, first.sockets.read_nanos);
        assert_eq!(read, (3600 * SECOND, 3606 * SECOND));
    });
}

#[test]
fn only_so_many_namespaces_are_entered_and_the_rest_is_a_gap() {
    let _alone = alone();
    let many: Vec<Companion> = (0..66).map(|_| Companion::told(None, "")).collect();
    let mut probe = Probe::new().unwrap();
    let snapshot = sample_until(&mut probe, |_| true);
    let namespaces = &snapshot.sockets.namespaces;
    let is = |access| move |ns: &&model::snapshot::NetNamespace| ns.access == access;
    assert_eq!(namespaces.iter().filter(is(NamespaceAccess::Entered)).count(), 64);
    let unread = namespaces.iter().filter(is(NamespaceAccess::Denied)).count();
    assert!(unread >= 2 && namespaces.len() >= many.len());
    let gap = |gap: &&model::Gap| gap.detail.contains("are not listed");
    let gap = snapshot.gaps.iter().find(gap).unwrap();
    assert_eq!(gap.count.map(|count| count as usize), Some(unread));
}
