//! What a busy machine runs: a database under its benchmark, a web server under load, a compiler,
//! servers in network namespaces of their own. Everything ends with the load, and by itself after
//! a while.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// No part of the load lives longer than this, whatever becomes of the test.
const SECONDS: &str = "240";

/// Patience with a server that starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connections held open inside each network namespace.
pub(crate) const NAMESPACE_CONNECTIONS: usize = 8;

const NAMESPACES: usize = 2;

/// A loaded machine.
pub(crate) struct Load {
    children: Vec<Child>,
    /// Processes that serve inside a network namespace.
    pub(crate) namespace_servers: Vec<u32>,
    _place: TempDir,
}

impl Load {
    /// Starts everything and waits until each part does its work.
    pub(crate) fn start() -> Self {
        let place = TempDir::new().expect("a place for servers");
        open_to_all(place.path());
        let mut load = Self { children: Vec::new(), namespace_servers: Vec::new(), _place: place };
        let path = load._place.path().to_owned();
        load.database(&path);
        load.web_server(&path);
        load.compiler(&path);
        for number in 0..NAMESPACES {
            load.namespace(&path, number);
        }
        load
    }

    /// PostgreSQL refuses to run as root.
    fn database(&mut self, place: &Path) {
        let programs = postgres_programs();
        let folder = place.join("database");
        let mut make = as_nobody(&programs.join("initdb"));
        make.args(["--auth=trust", "--no-sync", "--username=postgres", "-D"]).arg(&folder);
        finish(make.stdout(Stdio::null()));
        let port = free_port().to_string();
        let mut server = as_nobody(&programs.join("postgres"));
        server.arg("-D").arg(&folder).args(["-p", &port, "-c", "fsync=off", "-k"]).arg(place);
        self.spawn(&mut server);
        let bench = |arguments: &[&str]| {
            let mut command = as_nobody(&programs.join("pgbench"));
            command.args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres"]).args(arguments);
            quiet(&mut command);
            command
        };
        wait_until("the database answers", || {
            let mut ready = Command::new(programs.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-p", &port]);
            ready.status().is_ok_and(|status| status.success())
        });
        finish(&mut bench(&["--initialize", "--quiet", "postgres"]));
        self.spawn(&mut bench(&[
            "--client=4",
            "--rate=200",
            &format!("--time={SECONDS}"),
            "postgres",
        ]));
    }

    fn web_server(&mut self, place: &Path) {
        let port = free_port();
        let folder = place.join("web");
        std::fs::create_dir_all(&folder).unwrap();
        let page = folder.join("index.html");
        std::fs::write(&page, "x".repeat(20_000)).unwrap();
        let here = folder.display();
        let settings = format!(
            "daemon off; worker_processes 2; pid {here}/pid; error_log {here}/error.log;
            events {{}} http {{ access_log {here}/access.log;
            client_body_temp_path {here}/a; proxy_temp_path {here}/b; fastcgi_temp_path {here}/c;
            uwsgi_temp_path {here}/d; scgi_temp_path {here}/e;
            server {{ listen 127.0.0.1:{port}; root {here}; }} }}"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, settings).unwrap();
        self.spawn(bounded("nginx").arg("-c").arg(&file).arg("-e").arg(folder.join("error.log")));
        wait_until("the web server answers", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        let address = format!("http://127.0.0.1:{port}/index.html");
        self.spawn(bounded("wrk").args(["-t1", "-c16", "-d", SECONDS]).arg(address));
    }

    fn compiler(&mut self, place: &Path) {
        let source = place.join("program.c");
        let functions =
            (0..2000).map(|n| format!("int f{n}(int x) {{ return x * {n} + x / 3; }}\n"));
        std::fs::write(&source, functions.collect::<String>()).unwrap();
        let again = "while :; do cc -O2 -c \"$0\" -o \"$0.o\"; done";
        self.spawn(bounded("sh").args(["-c", again]).arg(&source));
    }

    fn namespace(&mut self, place: &Path, number: usize) {
        let ready = place.join(format!("namespace-{number}"));
        let script = format!(
            "import socket, time, os
server = socket.create_server(('127.0.0.1', 7000))
near = [socket.create_connection(('127.0.0.1', 7000)) for _ in range({NAMESPACE_CONNECTIONS})]
far = [server.accept()[0] for _ in near]
open({:?}, 'w').write(str(os.getpid()))
while True:
    for one, other in zip(near, far):
        one.sendall(b'x' * 1000)
        other.recv(1000)
    time.sleep(0.05)
",
            ready.display().to_string()
        );
        let up = "ip link set lo up && exec python3 -c \"$0\"";
        self.spawn(bounded("unshare").args(["--net", "sh", "-c", up, &script]));
        wait_until("the namespace serves", || std::fs::read(&ready).is_ok_and(|it| !it.is_empty()));
        let pid = std::fs::read_to_string(&ready).unwrap().parse().expect("a pid");
        self.namespace_servers.push(pid);
    }

    fn spawn(&mut self, command: &mut Command) {
        let child = quiet(command).spawn();
        let name = command.get_program().to_owned();
        self.children.push(child.unwrap_or_else(|error| panic!("{name:?} is needed: {error}")));
    }
}

impl Drop for Load {
    /// `timeout` passes the signal on to what it runs.
    fn drop(&mut self) {
        for child in &self.children {
            let pid = child.id().to_string();
            let _ = Command::new("kill").args(["-TERM", &pid]).status();
        }
        for child in &mut self.children {
            let _ = child.wait();
        }
    }
}

/// A program that ends after a while, whoever forgets it.
fn bounded(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", SECONDS]).arg(program);
    command
}

fn as_nobody(program: &Path) -> Command {
    let mut command = bounded("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    command
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn finish(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o777)).unwrap();
}

/// Debian keeps them apart from other programs, by version.
fn postgres_programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is needed");
    let folders = versions.flatten().map(|entry| entry.path().join("bin"));
    folders.max().filter(|folder| folder.join("postgres").exists()).expect("a PostgreSQL server")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
