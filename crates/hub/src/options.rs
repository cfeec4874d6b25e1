use crate::accounts::AccountsError;
use crate::http::PublicUrl;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a hub is run.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Where to listen; port 0 picks one.
    pub listen: SocketAddr,
    /// Where the accounts are kept.
    pub data_dir: PathBuf,
    /// Whether processes may be acted on at all (`--no-control`).
    pub control: bool,
    /// Address under which browsers reach the hub through a proxy.
    pub public_url: Option<String>,
    /// Connections at once; more wait in the kernel's queue. Each takes a file descriptor, and
    /// sampling needs some too.
    pub connections_max: usize,
    /// Whether to listen beyond this machine without TLS (`--insecure`).
    pub insecure: bool,
}

/// Why a hub does not run.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Somebody else listens there.
    #[error(
        "port {} is already taken on {}; use another with --listen {}:PORT",
        .0.port(), .0.ip(), bracketed(.0)
    )]
    PortTaken(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; use another with --listen ADDR:PORT")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The address can be reached from other machines.
    #[error(
        "{0} can be reached from other machines, and passwords would cross the network in the \
         clear: listen on 127.0.0.1 behind a proxy with TLS, or say --insecure"
    )]
    NotLoopback(SocketAddr),
    /// The public address is none.
    #[error("--public-url {0} is not of the form http(s)://NAME[:PORT]")]
    PublicUrl(String),
    /// The accounts cannot be used.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

fn bracketed(address: &SocketAddr) -> String {
    let text = address.to_string();
    text.rsplit_once(':').map_or_else(|| text.clone(), |(host, _)| host.to_owned())
}

impl HubOptions {
    pub(crate) fn check(&self) -> Result<Option<PublicUrl>, HubError> {
        if !self.listen.ip().to_canonical().is_loopback() && !self.insecure {
            return Err(HubError::NotLoopback(self.listen));
        }
        let Some(text) = &self.public_url else { return Ok(None) };
        PublicUrl::parse(text).map(Some).ok_or_else(|| HubError::PublicUrl(text.clone()))
    }
}
