//! A netlink socket: the one place that opens, asks and receives.

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};

/// The kernel fills at most this much at once.
pub(super) const DATAGRAM_MAX: usize = 64 * 1024;

/// One open netlink socket.
pub(super) struct Link(OwnedFd);

impl Link {
    pub(super) fn open(protocol: Protocol) -> Result<Self, Errno> {
        let kind = SocketType::DGRAM;
        let flags = SocketFlags::CLOEXEC;
        rustix::net::socket_with(AddressFamily::NETLINK, kind, flags, Some(protocol)).map(Self)
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

    fn receive_with<'b>(&self, buffer: &'b mut [u8], flags: RecvFlags) -> Result<&'b [u8], Errno> {
        let received =
            rustix::io::retry_on_intr(|| rustix::net::recv(&self.0, &mut *buffer, flags));
        received.map(|(length, _)| &buffer[..length])
    }
}
