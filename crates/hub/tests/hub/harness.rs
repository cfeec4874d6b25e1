//! Starts hubs and speaks to them.

use hub::accounts::{Accounts, Role};
use hub::{HubOptions, bind};
use model::request::{
    Action, DetailWish, Interest, Outcome, OutcomeKind, ProcessDetail, Refusal, Target,
};
use model::snapshot::{
    CpuTimes, HostFacts, IoSample, Memory, Owner, ProcessFacts, ProcessSample, ProcessState,
    Protocol, SocketSample, SocketState,
};
use model::{Absence, Delta, HostId, Moment, Observed, ProcessKey, Snapshot};
use monitor::{HostDescription, HostLink, Monitor};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};
use ureq::http::Response;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Processes of the made machine: (pid, birth in ticks, name).
pub(crate) const WORKER: (u32, u64) = (100, 5000);
pub(crate) const PROTECTED: u32 = 1;
pub(crate) const FOREIGN: u32 = 200;

pub(crate) struct TestHub {
    pub(crate) address: SocketAddr,
    pub(crate) directory: TempDir,
    pub(crate) monitor: Arc<Monitor>,
    machine: Mutex<Machine>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What is sampled: two snapshots, of which each delta is made by the model itself.
#[derive(Default)]
struct Machine {
    before: Option<Snapshot>,
    seconds: u64,
}

impl TestHub {
    /// With the users ann (admin), olga (operator) and vic (viewer), and one sample.
    pub(crate) fn start() -> Self {
        let hub = Self::start_empty(|_| {});
        hub.sample();
        hub
    }

    /// The same before the first sample.
    pub(crate) fn start_empty(change: impl FnOnce(&mut HubOptions)) -> Self {
        let directory = TempDir::new().unwrap();
        let accounts = Accounts::open(directory.path()).unwrap();
        for (name, role) in [("ann", Role::Admin), ("olga", Role::Operator), ("vic", Role::Viewer)]
        {
            accounts.add_user(name, role, Some(PASSWORD)).unwrap();
        }
        let mut options = HubOptions {
            connections_max: 512,
            listen: "127.0.0.1:0".parse().unwrap(),
            data_dir: directory.path().to_owned(),
            control: true,
            public_url: None,
            insecure: false,
        };
        change(&mut options);
        let monitor = Arc::new(Monitor::new());
        add_host(&monitor);
        Self::run(directory, options, monitor)
    }

    fn run(directory: TempDir, options: HubOptions, monitor: Arc<Monitor>) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let watched = Arc::clone(&monitor);
        let thread = std::thread::spawn(move || {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            let runtime = builder.worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let hub = bind(options, watched).await.unwrap();
                tell.send(hub.local_addr()).unwrap();
                hub.run(async { drop(stopped.await) }).await;
            });
        });
        let address = told.recv().unwrap();
        let (stop, thread) = (Some(stop), Some(thread));
        Self { address, directory, monitor, machine: Mutex::default(), stop, thread }
    }

    /// Makes the machine known anew, in place of the one before.
    pub(crate) fn add_host(&self) {
        add_host(&self.monitor);
    }

    /// One more second passes on the machine.
    pub(crate) fn sample(&self) {
        let mut machine = self.machine.lock().unwrap();
        machine.seconds += 1;
        let now = snapshot(machine.seconds);
        let delta = Delta::between(machine.before.as_ref(), &now);
        machine.before = Some(now);
        self.monitor.ingest(&HostId::local(), &Arc::new(delta));
    }

    pub(crate) fn accounts(&self) -> Accounts {
        Accounts::open(self.directory.path()).unwrap()
    }

    /// Ends the hub and says how long that took.
    pub(crate) fn stop(&mut self) -> Duration {
        let began = std::time::Instant::now();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        began.elapsed()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        Call::new("GET", self.url(path))
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        Call::new("POST", self.url(path))
    }

    pub(crate) fn login(&self, name: &str) -> Answer {
        let body = json!({"username": name, "password": PASSWORD});
        self.post("/api/v1/auth/login").json(&body).send()
    }

    pub(crate) fn token(&self, name: &str) -> String {
        let answer = self.login(name);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Opens a stream; `query` follows the path.
    pub(crate) fn stream(&self, query: &str, protocol: Option<&str>) -> Result<Stream, u16> {
        self.stream_with(query, protocol, &[])
    }

    pub(crate) fn stream_with(
        &self,
        query: &str,
        protocol: Option<&str>,
        headers: &[(&'static str, &str)],
    ) -> Result<Stream, u16> {
        let url = format!("ws://{}/api/v1/ws/monitoring/local{query}", self.address);
        let mut request = url.into_client_request().unwrap();
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        match tungstenite::client(request, socket) {
            Ok((socket, _)) => Ok(Stream(socket)),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn ticket(&self, token: &str) -> String {
        let answer = self.post("/api/v1/auth/ticket").bearer(token).send();
        answer.json()["ticket"].as_str().unwrap().to_owned()
    }

    pub(crate) fn columns(&self, token: &str) -> Stream {
        let query = format!("?token={}", self.ticket(token));
        self.stream(&query, Some("topmast.columns.v1")).unwrap()
    }

    /// Rows of the audit log: user, action, pid, verdict, result.
    pub(crate) fn audit(&self) -> Vec<String> {
        let path = self.directory.path().join("accounts.db");
        let connection = rusqlite::Connection::open(path).unwrap();
        let query = "SELECT user || ' ' || action || ' ' || pid || ' ' || coalesce(name, '?')
            || ' ' || verdict || ' ' || result FROM audit ORDER BY id";
        let mut statement = connection.prepare(query).unwrap();
        let rows = statement.query_map((), |row| row.get(0)).unwrap();
        rows.map(|row| row.unwrap()).collect()
    }
}

fn add_host(monitor: &Monitor) {
    let description = HostDescription {
        interval: Duration::from_millis(100),
        control: true,
        agent_version: "1.2.3".into(),
    };
    monitor.add_host(HostId::local(), description, Arc::new(MadeLink));
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One request.
pub(crate) struct Call {
    builder: ureq::http::request::Builder,
    body: Vec<u8>,
}

impl Call {
    fn new(method: &str, url: String) -> Self {
        Self { builder: ureq::http::Request::builder().method(method).uri(url), body: Vec::new() }
    }

    pub(crate) fn method(self, method: &str) -> Self {
        Self { builder: self.builder.method(method), ..self }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self { builder: self.builder.header(name, value), ..self }
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn send(self) -> Answer {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(30)));
        let agent = ureq::Agent::new_with_config(config.build());
        let request = self.builder.body(self.body).unwrap();
        Answer::from(agent.run(request).unwrap())
    }
}

/// One answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    pub(crate) text: String,
}

impl From<Response<ureq::Body>> for Answer {
    fn from(mut response: Response<ureq::Body>) -> Self {
        let text = response.body_mut().read_to_string().unwrap();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), text }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Name and value of the cookie it sets.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// Checks that it is a problem with this status, and answers it.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
        problem
    }
}

/// A live stream.
pub(crate) struct Stream(pub(crate) WebSocket<TcpStream>);

impl Stream {
    pub(crate) fn send(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).unwrap();
    }

    /// The next frame that is not a ping, as JSON; the close reason when it closes.
    pub(crate) fn next(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).unwrap()),
                Ok(Message::Binary(bytes)) => return Ok(decode(&bytes)),
                Ok(Message::Close(Some(frame))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

fn decode(bytes: &[u8]) -> Value {
    use std::io::Read;
    let (marker, rest) = bytes.split_first().unwrap();
    let mut plain = Vec::new();
    match marker {
        0 => plain.extend_from_slice(rest),
        1 => drop(flate2::read::DeflateDecoder::new(rest).read_to_end(&mut plain).unwrap()),
        other => panic!("marker {other}"),
    }
    serde_json::from_slice(&plain).unwrap()
}

fn snapshot(seconds: u64) -> Snapshot {
    let since_unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let boot_nanos = (1000 + seconds) * 1_000_000_000;
    let mut snapshot = Snapshot {
        taken: Moment { boot_nanos, unix_nanos: since_unix.as_nanos() as i64 },
        ..Default::default()
    };
    let host = &mut snapshot.host;
    host.facts = Arc::new(HostFacts {
        boot_id: "b1".into(),
        hostname: "made".into(),
        os: "Test 1".into(),
        ..Default::default()
    });
    host.memory = Memory { total: 8 << 30, available: 4 << 30, ..Default::default() };
    host.cores = vec![CpuTimes::default(); 2];
    for (pid, birth, name) in
        [(PROTECTED, 1, "init"), (WORKER.0, WORKER.1, "worker"), (FOREIGN, 6000, "foreign")]
    {
        let busy_nanos = if pid == WORKER.0 { seconds * 500_000_000 } else { 0 };
        snapshot.processes_mut().push(&sample(pid, birth, (boot_nanos, busy_nanos)), facts(name));
    }
    snapshot.sockets_mut().sample.push(SocketSample {
        state: SocketState::Listen,
        uid: 1000,
        inode: 9,
        receive_queue: 0,
        send_queue: 128,
        tcp: None,
        ..SocketSample::new(
            7,
            Protocol::Tcp,
            "0.0.0.0:5432".parse().unwrap(),
            "0.0.0.0:0".parse().unwrap(),
        )
    });
    snapshot.sockets_mut().owner.push(Owner::Process(WORKER.0));
    snapshot
}

fn sample(pid: u32, birth: u64, (read_nanos, user_nanos): (u64, u64)) -> ProcessSample {
    ProcessSample {
        key: ProcessKey { pid, birth },
        parent: u32::from(pid != PROTECTED),
        state: ProcessState::Sleeping,
        user_nanos,
        read_nanos,
        rss_bytes: 4096,
        vms_bytes: 8192,
        threads: 1,
        io: IoSample { absence: Some(Absence::Denied), ..Default::default() },
        ..Default::default()
    }
}

fn facts(name: &str) -> Arc<ProcessFacts> {
    Arc::new(ProcessFacts {
        name: name.into(),
        exe: Observed::Absent(Absence::Denied),
        cmdline: format!("/bin/{name} --serve").into(),
        cwd: Observed::Absent(Absence::Denied),
        uid: Observed::Known(1000),
        username: Observed::Known("ann".into()),
        ..ProcessFacts::default()
    })
}

/// Answers as a machine would, without touching a process.
struct MadeLink;

impl MadeLink {
    fn find(target: Target) -> Result<ProcessKey, Refusal> {
        let birth = match target.pid {
            PROTECTED => 1,
            pid if pid == WORKER.0 => WORKER.1,
            FOREIGN => 6000,
            _ => return Err(Refusal::NoSuchProcess),
        };
        let key = ProcessKey { pid: target.pid, birth };
        match target.start_time {
            Some(meant) if meant != key.start_time() => Err(Refusal::AnotherProcess),
            _ => Ok(key),
        }
    }
}

impl HostLink for MadeLink {
    fn act(&self, target: Target, action: Action) -> Result<Outcome, Refusal> {
        let key = Self::find(target)?;
        match key.pid {
            PROTECTED => Err(Refusal::Protected("pid 1 keeps the machine running".into())),
            FOREIGN => Err(Refusal::NotPermitted("the process belongs to root".into())),
            _ => Ok(Outcome {
                key,
                name: "worker".into(),
                kind: match action {
                    Action::Terminate => OutcomeKind::StillRunning,
                    Action::Kill => OutcomeKind::Ended,
                    Action::Suspend => OutcomeKind::Stopped,
                    Action::Resume => OutcomeKind::Running,
                    Action::Renice(_) => OutcomeKind::Reniced,
                },
                elapsed: Duration::from_millis(310),
            }),
        }
    }

    fn detail(&self, target: Target, _: DetailWish) -> Result<ProcessDetail, Refusal> {
        Ok(ProcessDetail {
            key: Self::find(target)?,
            descriptors: Observed::Known(12),
            terminal: None,
            process_group: 100,
            session: 100,
            voluntary_switches: Observed::Known(3),
            involuntary_switches: Observed::Known(4),
            swap_bytes: Observed::Absent(Absence::Denied),
            oom_score: Observed::Known(0),
            ..ProcessDetail::default()
        })
    }

    fn prefer(&self, _: Interest) {}
}
