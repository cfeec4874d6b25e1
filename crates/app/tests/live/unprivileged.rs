//! What a plain user sees of others: nothing made up.

use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Another user's process without privilege: null with a gap, never 0.
#[test]
fn what_belongs_to_others_is_null_with_a_gap() {
    let seen = as_plain_user(&["ps", "--json"]);
    let others: Vec<&Value> = seen["processes"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| {
            row["username"] == "root" && row["kernel"] == false && row["status"] != "zombie"
        })
        .collect();
    assert!(!others.is_empty(), "root runs something here");
    for row in &others {
        for field in ["io_read_bytes", "io_write_bytes", "io_read_per_sec", "exe", "cwd"] {
            assert!(row[field].is_null(), "{field} of another user's process: {row}");
        }
        assert!(row["memory_rss"].as_u64().is_some(), "what anyone may see is there: {row}");
    }
    let gap = |what: &str| {
        let gaps = seen["gaps"].as_array().expect("gaps");
        gaps.iter().find(|gap| gap["what"] == what).unwrap_or_else(|| panic!("no gap for {what}"))
    };
    for what in ["io_read_bytes", "exe"] {
        assert_eq!(gap(what)["reason"], "denied");
        assert!(gap(what)["count"].as_u64() >= Some(others.len() as u64), "{}", gap(what));
    }
    let own: Vec<&Value> = seen["processes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["name"] == "topmast")
        .collect();
    assert!(own.iter().any(|row| row["io_read_bytes"].is_u64()), "one's own is seen: {own:?}");
}

#[test]
fn sockets_of_others_say_that_their_owner_is_hidden() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = as_plain_user(&["net", "--json", "--where", &format!("port = {port}")]);
    let row = &seen["network_connections"][0];
    assert_eq!(row["status"], "LISTEN", "{seen}");
    if is_root() {
        assert!(row["pid"].is_null() && row["owner"] == "denied", "{row}");
    } else {
        assert_eq!(row["pid"], u64::from(std::process::id()), "one's own socket: {row}");
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}

/// Root becomes nobody for this; a plain user stays who it is.
fn as_plain_user(arguments: &[&str]) -> Value {
    // Where nobody may reach it: the build directory may be root's own.
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = folder.path().join("topmast");
    crate::scene::copy_program(env!("CARGO_BIN_EXE_topmast"), &program);
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]);
        command.arg("--inh-caps=-all").arg(&program);
        command
    } else {
        Command::new(&program)
    };
    let output = command.args(arguments).output().expect("setpriv, of util-linux");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
