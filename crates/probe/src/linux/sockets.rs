//! Every TCP and UDP socket of our network namespace, by sock_diag(7): no privilege needed.

use crate::parse::diag::{self, Progress, Transport};
use model::{Gap, Snapshot};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};

/// One netlink socket, kept open.
pub(super) struct SocketReader {
    link: Result<OwnedFd, Errno>,
    buffer: Vec<u8>,
}

/// The kernel fills at most this much at once.
const DATAGRAM_MAX: usize = 64 * 1024;

/// Answers to one dump before it counts as endless: 50 sockets each, so two million sockets.
const DATAGRAMS_MAX: usize = 40_000;

const DUMPS: [(Transport, bool); 4] = [
    (Transport::Tcp, false),
    (Transport::Tcp, true),
    (Transport::Udp, false),
    (Transport::Udp, true),
];

impl SocketReader {
    pub(super) fn open() -> Self {
        Self { link: open_link(), buffer: vec![0; DATAGRAM_MAX] }
    }

    /// Fills the sockets of a cleared snapshot, by cookie ascending.
    pub(super) fn read(&mut self, snapshot: &mut Snapshot) {
        for (transport, is_v6) in DUMPS {
            if let Err(errno) = self.dump(transport, is_v6, snapshot) {
                // What is left of the broken dump must not be taken for the next one's answer.
                self.link = open_link();
                snapshot.gaps.push(Gap {
                    what: "network_connections",
                    absence: super::procfs::absence(errno),
                    count: None,
                    detail: format!("The kernel's list of sockets could not be read: {errno}."),
                });
            }
        }
        let samples = &mut snapshot.sockets.sample;
        samples.sort_unstable_by_key(|sample| sample.cookie);
        // A dump that is interrupted by changes may show a socket twice.
        samples.dedup_by_key(|sample| sample.cookie);
    }

    fn dump(
        &mut self,
        transport: Transport,
        is_v6: bool,
        snapshot: &mut Snapshot,
    ) -> Result<(), Errno> {
        let link = self.link.as_ref().map_err(|errno| *errno)?;
        rustix::net::send(link, &diag::request(transport, is_v6), SendFlags::empty())?;
        for _ in 0..DATAGRAMS_MAX {
            let received = rustix::net::recv(link, &mut self.buffer[..], RecvFlags::empty());
            let (length, _) = match received {
                Err(Errno::INTR) => continue,
                other => other?,
            };
            let bytes = &self.buffer[..length];
            let push = |socket| snapshot.sockets.sample.push(socket);
            match diag::messages(bytes, transport, push) {
                Progress::More => {}
                Progress::Done => return Ok(()),
                // A kernel without this family or protocol has no such sockets.
                Progress::Failed(errno) if errno.abs() == Errno::NOENT.raw_os_error() => {
                    return Ok(());
                }
                Progress::Failed(errno) => return Err(Errno::from_raw_os_error(errno.abs())),
            }
        }
        Err(Errno::NOBUFS)
    }
}

fn open_link() -> Result<OwnedFd, Errno> {
    rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )
}
