//! `topmast du` as a person and as a script meets it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A tree to count, and a cache directory of its own.
struct Scene {
    tree: TempDir,
    cache: TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { tree: TempDir::new().unwrap(), cache: TempDir::new().unwrap() };
        for dir in ["one/deep", "two"] {
            fs::create_dir_all(scene.path(dir)).unwrap();
        }
        scene.write("one/deep/file", 300_000);
        scene.write("two/file", 100_000);
        scene
    }

    fn path(&self, below: &str) -> PathBuf {
        fs::canonicalize(self.tree.path()).unwrap().join(below)
    }

    /// Written back, so that its blocks are allocated and stay as they are.
    fn write(&self, below: &str, bytes: usize) {
        fs::write(self.path(below), vec![1; bytes]).unwrap();
        fs::File::open(self.path(below)).unwrap().sync_all().unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_topmast"));
        command.env("XDG_CACHE_HOME", self.cache.path()).arg("du").args(arguments);
        command.output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str(&text).unwrap()
    }

    fn cache_file(&self) -> PathBuf {
        self.cache.path().join("topmast/du.json")
    }
}

fn rows<'v>(seen: &'v Value, kind: &str) -> Vec<&'v Value> {
    let rows = seen["places"].as_array().unwrap();
    rows.iter().filter(|row| row["kind"] == kind).collect()
}

fn bytes_of(seen: &Value, path: &Path) -> u64 {
    let rows = rows(seen, "named");
    let row = rows.iter().find(|row| row["path"] == path.to_str().unwrap());
    row.unwrap_or_else(|| panic!("no {} in {seen}", path.display()))["bytes"].as_u64().unwrap()
}

fn du(path: &Path) -> u64 {
    let output = Command::new("du").args(["-sx", "--block-size=1"]).arg(path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split('\t').next().unwrap().parse().unwrap()
}

#[test]
fn parts_of_a_file_system_add_up_and_named_ones_are_as_du_says() {
    let scene = Scene::new();
    let (one, deep, two) = (scene.path("one"), scene.path("one/deep"), scene.path("two"));
    let paths = [&one, &deep, &two].map(|path| path.to_str().unwrap());
    let seen = scene.json(&paths);
    assert_eq!(bytes_of(&seen, &two), du(&two));
    assert_eq!(bytes_of(&seen, &deep), du(&deep));
    assert_eq!(bytes_of(&seen, &one), du(&one) - du(&deep), "the inner one comes out of it");
    assert!(rows(&seen, "overlap").is_empty());
    let share: f64 = ["named", "other", "free", "reserved"]
        .iter()
        .flat_map(|kind| rows(&seen, kind))
        .map(|row| row["percent"].as_f64().unwrap())
        .sum();
    assert!((share - 100.0).abs() < 0.1, "{share}: {seen}");
    assert_eq!(rows(&seen, "free").len(), 1, "one file system, one row of what is free");
}

#[test]
fn what_is_inside_is_listed_the_largest_first() {
    let scene = Scene::new();
    let root = scene.path("");
    let seen = scene.json(&["--depth", "1", root.to_str().unwrap()]);
    let inside: Vec<_> = rows(&seen, "inside").iter().map(|row| row["path"].clone()).collect();
    assert_eq!(inside, ["one", "two"].map(|name| Value::from(scene.path(name).to_str().unwrap())));
    let table = scene.run(&["--depth", "1", "--where", "kind = inside", root.to_str().unwrap()]);
    let text = String::from_utf8(table.stdout).unwrap();
    let ends = |line: &str, end: &str| line.ends_with(end);
    let lines: Vec<_> = text.lines().collect();
    assert!(ends(lines[1], "/one") && ends(lines[2], "/two"), "{text}");
}

#[test]
fn sizes_young_enough_are_taken_from_the_cache_that_only_its_user_reads() {
    let scene = Scene::new();
    let two = scene.path("two");
    let path = two.to_str().unwrap();
    let before = bytes_of(&scene.json(&[path]), &two);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scene.cache_file()), 0o600);
    assert_eq!(mode(scene.cache_file().parent().unwrap()), 0o700);
    scene.write("two/more", 200_000);
    assert_eq!(bytes_of(&scene.json(&["--max-age", "1h", path]), &two), before, "it is young");
    let after = du(&two);
    assert!(after > before);
    assert_eq!(bytes_of(&scene.json(&["--max-age", "0s", path]), &two), after, "it is too old");
    scene.write("two/again", 200_000);
    assert_eq!(bytes_of(&scene.json(&["--max-age", "1h", path]), &two), after, "the newer is kept");
    assert_eq!(bytes_of(&scene.json(&[path]), &two), du(&two), "nobody asked for old ones");
    for broken in ["{\"version\":1,\"entries\":[{}", "{\"version\":1,\"entries\":[{}]}", "\0"] {
        fs::write(scene.cache_file(), broken).unwrap();
        assert_eq!(bytes_of(&scene.json(&["--max-age", "1h", path]), &two), du(&two), "{broken}");
    }
}

#[test]
fn without_paths_file_systems_are_listed_with_what_was_named_lately() {
    let scene = Scene::new();
    let two = scene.path("two");
    scene.json(&[two.to_str().unwrap()]);
    let seen = scene.json(&[]);
    let systems = seen["file_systems"].as_array().unwrap();
    let root = systems.iter().find(|row| row["mount_point"] == "/").unwrap();
    let number = |name: &str| root[name].as_u64().unwrap();
    let parts = number("used") + number("available") + number("reserved");
    assert_eq!(parts, number("total"));
    assert_eq!(seen["named"][0]["path"], two.to_str().unwrap());
    assert_eq!(seen["named"][0]["bytes"], du(&two));
    let csv = scene.run(&["--csv", "--columns", "mount_point,total", "--where", "mount = /"]);
    let text = String::from_utf8(csv.stdout).unwrap();
    assert_eq!(text, format!("mount_point,total\r\n/,{}\r\n", number("total")));
}

#[test]
fn lengths_instead_of_blocks_are_asked_for() {
    let scene = Scene::new();
    let sparse = scene.path("sparse");
    fs::File::create(&sparse).unwrap().set_len(50_000_000).unwrap();
    let path = sparse.to_str().unwrap();
    assert_eq!(bytes_of(&scene.json(&["--apparent", path]), &sparse), 50_000_000);
    let allocated = bytes_of(&scene.json(&["--max-age", "1h", path]), &sparse);
    assert_eq!(allocated, du(&sparse), "a size of another manner is not taken for it");
}

#[test]
fn what_is_not_there_and_what_is_closed_have_exit_codes_of_their_own() {
    let scene = Scene::new();
    let missing = scene.run(&["/no/such/\x1bthing"]);
    assert_eq!(missing.status.code(), Some(4));
    let message = String::from_utf8(missing.stderr).unwrap();
    assert!(message.contains("/no/such/\\x1bthing"), "{message}");
    assert_eq!(scene.run(&["--max-age", "soon", "/"]).status.code(), Some(2));
    // Everybody may run this copy of the program; nobody may read the directory.
    let program = scene.path("topmast");
    // Written by a process of its own: what other tests start meanwhile must not have it open.
    let copy = Command::new("cp").arg(env!("CARGO_BIN_EXE_topmast")).arg(&program).status();
    assert!(copy.unwrap().success());
    fs::set_permissions(scene.tree.path(), Permissions::from_mode(0o755)).unwrap();
    let closed = scene.path("one");
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    let run = |path: &Path| {
        let mut command = Command::new(&program);
        command.env("XDG_CACHE_HOME", "/nonexistent").args(["du", "--json"]).arg(path);
        if rustix::process::geteuid().is_root() {
            command.uid(65534).gid(65534);
        }
        command.output().unwrap()
    };
    let whole = run(&scene.path(""));
    let (itself, below) = (run(&closed), run(&closed.join("deep")));
    fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(itself.status.code(), Some(3), "{}", String::from_utf8_lossy(&itself.stderr));
    assert_eq!(below.status.code(), Some(3));
    let seen: Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(whole.status.code(), Some(0), "the rest was counted");
    assert_eq!(rows(&seen, "named")[0]["unread"], 1);
    let gap = &seen["gaps"][0];
    assert_eq!((&gap["reason"], &gap["count"]), (&"denied".into(), &1.into()));
    assert!(gap["detail"].as_str().unwrap().contains(closed.to_str().unwrap()), "{gap}");
}
