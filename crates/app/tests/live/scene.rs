//! Processes and sockets that this test makes, to be looked at. Ended with it.

use std::ffi::OsStr;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command};
use tempfile::TempDir;

/// Names that break readers of procfs: more fields, lines, escape sequences, no UTF-8.
const ODD_NAMES: [&[u8]; 6] =
    [b") R 1 (x", b"new\nline", b"\x1b[31mred", b"no\xff\xfeutf8", b"back\\x41slash", b"a b"];

/// The Python that has psutil: the one `cargo xtask test` makes, or whatever is called so.
pub(crate) fn python() -> String {
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../xtask/python/bin/python");
    let found = made.exists().then(|| made.display().to_string());
    let named = std::env::var("TOPMAST_TEST_PYTHON").ok();
    named.or(found).unwrap_or_else(|| "python3".to_owned())
}

pub(crate) struct Scene {
    children: Vec<Child>,
    /// Pid and name.
    pub(crate) odd: Vec<(u64, Vec<u8>)>,
    zombie: Child,
    listener: TcpListener,
    listener_v6: Option<TcpListener>,
    near: TcpStream,
    far: TcpStream,
    udp: UdpSocket,
    _programs: TempDir,
}

impl Scene {
    pub(crate) fn set(crowd: usize) -> Self {
        let programs = TempDir::new().expect("a directory for programs");
        let mut children: Vec<Child> = (0..crowd).map(|_| sleeper(Path::new("sleep"))).collect();
        let mut odd = Vec::new();
        for name in ODD_NAMES {
            let path = programs.path().join(OsStr::from_bytes(name));
            copy_program("/bin/sleep", &path);
            let child = sleeper(&path);
            odd.push((u64::from(child.id()), name.to_vec()));
            children.push(child);
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (far, _) = listener.accept().unwrap();
        Self {
            children,
            odd,
            zombie: zombie(),
            listener_v6: TcpListener::bind("[::1]:0").ok(),
            near,
            far,
            udp: UdpSocket::bind("127.0.0.1:0").unwrap(),
            listener,
            _programs: programs,
        }
    }

    pub(crate) fn zombie(&self) -> u64 {
        u64::from(self.zombie.id())
    }

    /// Protocol, local address and state of the sockets held here.
    pub(crate) fn own_sockets(&self) -> Vec<(&'static str, String, &'static str)> {
        let mut sockets = vec![
            ("tcp", self.listener.local_addr().unwrap().to_string(), "LISTEN"),
            ("tcp", self.near.local_addr().unwrap().to_string(), "ESTABLISHED"),
            ("tcp", self.far.local_addr().unwrap().to_string(), "ESTABLISHED"),
            ("udp", self.udp.local_addr().unwrap().to_string(), "UNCONN"),
        ];
        if let Some(listener) = &self.listener_v6 {
            let address = listener.local_addr().unwrap();
            sockets.push(("tcp6", format!("{}:{}", address.ip(), address.port()), "LISTEN"));
        }
        sockets
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
        }
        for child in self.children.iter_mut().chain([&mut self.zombie]) {
            let _ = child.wait();
        }
    }
}

/// By another process: were it open for writing in this one, a child that another thread starts
/// meanwhile would inherit that, and nobody could execute it.
pub(crate) fn copy_program(from: &str, to: &Path) {
    let status = Command::new("cp").arg(from).arg(to).status().expect("cp is there");
    assert!(status.success(), "{from} could not be copied");
}

fn sleeper(program: &Path) -> Child {
    Command::new(program).arg("600").spawn().expect("this machine holds the crowd")
}

/// Ended and not collected before the scene is.
fn zombie() -> Child {
    let child = Command::new("true").spawn().expect("true is there");
    let stat = format!("/proc/{}/stat", child.id());
    while !std::fs::read_to_string(&stat).expect("a zombie stays").contains(") Z ") {
        std::thread::yield_now();
    }
    child
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
