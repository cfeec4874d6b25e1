//! A netlink socket: the one place that opens, asks and receives.

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};

/// The kernel fills at most this much at once.
pub(super) const DATAGRAM_MAX: usize = 64 * 1024;

/// The kernel's own address.
const KERNEL: u32 = 0;

/// Datagrams of others that are passed over at once.
const STRANGERS_MAX: usize = 1000;

/// One open netlink socket.
pub(super) struct Link(OwnedFd);

impl Link {
    /// `None` is NETLINK_ROUTE, whose number is 0.
    pub(super) fn open(protocol: impl Into<Option<Protocol>>) -> Result<Self, Errno> {
        let kind = SocketType::DGRAM;
        let flags = SocketFlags::CLOEXEC;
        rustix::net::socket_with(AddressFamily::NETLINK, kind, flags, protocol.into()).map(Self)
    }

    /// One that hears what the kernel tells the members of `groups` (a bit each), with room for
    /// `room` bytes that were not yet received.
    pub(super) fn listening(protocol: Protocol, groups: u32, room: usize) -> Result<Self, Errno> {
        let link = Self::open(protocol)?;
        link.make_room(room);
        rustix::net::bind(&link.0, &SocketAddrNetlink::new(0, groups))?;
        Ok(link)
    }

    /// Without the privilege to go beyond the system's limit, as much as it allows.
    pub(super) fn make_room(&self, bytes: usize) {
        if rustix::net::sockopt::set_socket_recv_buffer_size_force(&self.0, bytes).is_err() {
            let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&self.0, bytes);
        }
    }

    pub(super) fn send(&self, request: &[u8]) -> Result<(), Errno> {
        rustix::net::send(&self.0, request, SendFlags::empty()).map(|_| ())
    }

    /// The next datagram, waited for.
    pub(super) fn receive<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        self.receive_with(buffer, RecvFlags::empty())
    }

    /// The next datagram if there is one, else `AGAIN`; `NOBUFS` when some were lost.
    pub(super) fn receive_now<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        self.receive_with(buffer, RecvFlags::DONTWAIT)
    }

    pub(super) fn descriptor(&self) -> &OwnedFd {
        &self.0
    }

    /// Only what the kernel sends: who rules a network namespace could send to us in it too.
    fn receive_with<'b>(&self, buffer: &'b mut [u8], flags: RecvFlags) -> Result<&'b [u8], Errno> {
        for _ in 0..STRANGERS_MAX {
            let receive = || rustix::net::recvfrom(&self.0, &mut *buffer, flags);
            let (length, _, sender) = rustix::io::retry_on_intr(receive)?;
            let sender = sender.and_then(|sender| SocketAddrNetlink::try_from(sender).ok());
            if sender.is_some_and(|sender| sender.pid() == KERNEL) {
                return Ok(&buffer[..length]);
            }
        }
        Err(Errno::BADMSG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::netlink;

    #[test]
    fn what_another_process_sends_is_not_taken_for_the_kernels_word() {
        let link = Link::listening(netlink::SOCK_DIAG, 0, 4096).unwrap();
        let address = rustix::net::getsockname(link.descriptor()).unwrap();
        let stranger = Link::open(netlink::SOCK_DIAG).unwrap();
        let done = crate::parse::netlink::request(3, 0, &[]);
        rustix::net::sendto(stranger.descriptor(), &done, SendFlags::empty(), &address).unwrap();
        assert_eq!(link.receive_now(&mut [0; 64]), Err(Errno::AGAIN));
        link.send(&done).unwrap();
        link.send(&crate::parse::netlink::request(9999, 1, &[])).unwrap();
        assert!(link.receive(&mut [0; 64]).is_ok(), "the kernel's refusal");
    }
}
