//! Listening, serving connections within bounds, and stopping.

mod impatient;

use crate::accounts::Accounts;
use crate::http::{Peer, PublicUrl, ServedNames, router};
use crate::options::{HubError, HubOptions};
use crate::state::{Chosen, HubState, SharedState, stopped};
use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use impatient::Impatient;
use monitor::Monitor;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long the headers of a request may take, and how long an idle connection is kept.
const HEADER_TIME: Duration = Duration::from_secs(30);
/// How long a peer may take nothing of what is written to it. Longer than a stream waits for one
/// frame, so that a slow viewer is still told why it is dropped.
const TAKE_TIME: Duration = Duration::from_secs(60);
/// Bytes of the headers of one request.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// How long connections and streams have to end: the program has 5 s in all.
const STOP_TIME: Duration = Duration::from_secs(4);
/// Pause after an accept that failed, e.g. for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A hub that listens and can be run.
pub struct Hub {
    listener: TcpListener,
    local: SocketAddr,
    connections_max: usize,
    public: Option<PublicUrl>,
    state: SharedState,
    stop: watch::Sender<bool>,
}

/// Opens the accounts and listens; nothing is answered before [`Hub::run`].
///
/// # Errors
/// The address is taken or may not be used, or the accounts cannot be.
pub async fn bind(options: HubOptions, monitor: Arc<Monitor>) -> Result<Hub, HubError> {
    let public = options.check()?;
    let accounts = Arc::new(Accounts::open(&options.data_dir)?);
    let address = options.listen;
    let listening = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => HubError::PortTaken(address),
        _ => HubError::Listen { address, source },
    };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let local = listener.local_addr().map_err(listening)?;
    let (stop, stopping) = watch::channel(false);
    let names = ServedNames { public: public.clone() };
    let chosen = Chosen { accounts, monitor, names, control: options.control, stopping };
    let connections_max = options.connections_max;
    let state = Arc::new(HubState::new(chosen));
    Ok(Hub { listener, local, connections_max, public, state, stop })
}

impl Hub {
    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The address to open in a browser, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        let public = self.public.as_ref().map(PublicUrl::text);
        public.unwrap_or_else(|| format!("http://{}", self.local))
    }

    /// Serves until `shutdown` is done, then ends all streams and connections within 4 s.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let router = router(&self.state);
        let places = Arc::new(Semaphore::new(self.connections_max));
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = accept(&self.listener, &places) => accepted,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            };
            let Some((stream, peer, place)) = accepted else { continue };
            let stopping = self.state.stopping.clone();
            connections.spawn(serve(stream, peer, router.clone(), (stopping, place)));
        }
        drop(self.listener);
        self.stop.send_replace(true);
        let ended = async {
            while connections.join_next().await.is_some() {}
            self.state.live.drained().await;
        };
        if tokio::time::timeout(STOP_TIME, ended).await.is_err() {
            tracing::warn!("some connections did not end in time and were cut");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, remote)) => {
            // Frames and answers are small and whole; waiting to fill packets only delays them.
            stream.set_nodelay(true).ok()?;
            let local = stream.local_addr().ok()?;
            Some((stream, Peer { remote, local }, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn serve(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    (mut stopping, place): (watch::Receiver<bool>, OwnedSemaphorePermit),
) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
    builder.max_buf_size(HEADER_BYTES_MAX);
    let stream = TokioIo::new(Impatient::new(stream, TAKE_TIME));
    let connection = builder.serve_connection(stream, service).with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
    drop(place);
}
