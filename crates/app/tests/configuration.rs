//! Where settings come from, and what is said of wrong ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A home of its own, with a configuration in it.
struct Home(TempDir);

impl Home {
    fn with(config: &str) -> Self {
        let home = TempDir::new().unwrap();
        fs::create_dir(home.path().join("topmast")).unwrap();
        fs::write(home.path().join("topmast/config.toml"), config).unwrap();
        Self(home)
    }

    fn path(&self) -> String {
        self.0.path().join("topmast/config.toml").to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_topmast"));
        command.args(arguments).env("XDG_CONFIG_HOME", self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }
}

const GOOD: &str = "[serve]\nlisten = \"127.0.0.1:9\"\ninterval = \"2s\"\n";

#[test]
fn each_value_is_shown_with_where_it_comes_from() {
    let home = Home::with(GOOD);
    let mut command = home.command(&["config", "show", "--json"]);
    let output = command.env("TOPMAST_SERVE__INTERVAL", "500ms").output().unwrap();
    let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
    let setting = |key: &str, part: &str| reply["settings"][key][part].clone();
    assert_eq!(setting("serve.listen", "value"), "127.0.0.1:9");
    assert_eq!(setting("serve.listen", "source"), format!("{}:2", home.path()));
    assert_eq!(setting("serve.interval", "value"), "0.5s");
    assert_eq!(setting("serve.interval", "source"), "$TOPMAST_SERVE__INTERVAL");
    assert_eq!(setting("serve.control", "source"), "default");
    assert_eq!(home.run(&["config", "path"]), (Some(0), format!("{}\n", home.path())));
    assert_eq!(home.run(&["config", "check"]).0, Some(0));
}

#[test]
fn what_is_wrong_stops_a_start_with_line_and_nearest_key() {
    let home = Home::with("[serve]\nlissten = \"x\"\ncontrol = 3\n");
    for arguments in [&["config", "check"][..], &["config", "show"], &["serve"]] {
        let (code, said) = home.run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        let path = home.path();
        assert!(
            said.contains(&format!(
                "{path}:2: there is no setting serve.lissten; did you mean serve.listen?"
            )),
            "{said}"
        );
        assert!(
            said.contains(&format!("{path}:3: serve.control: expected true or false")),
            "{said}"
        );
    }
    let broken = Home::with("[serve\n");
    let (code, said) = broken.run(&["config", "check"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains(":1: "), "{said}");
    assert_eq!(broken.run(&["config", "check", "--config", "/nonexistent.toml"]).0, Some(4));
}

#[test]
fn json_is_taken_too() {
    let home = Home::with("{\"serve\": {\"listen\": \"127.0.0.1:9\"}}");
    let (code, said) = home.run(&["config", "show"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("127.0.0.1:9"), "{said}");
}

#[test]
fn a_file_that_everybody_may_write_is_ignored_unless_it_is_named() {
    let home = Home::with(GOOD);
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o666)).unwrap();
    let (code, said) = home.run(&["config", "check"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is ignored: everybody may write to it"), "{said}");
    assert!(!home.run(&["config", "show"]).1.contains("127.0.0.1:9 "));
    let named = home.run(&["config", "show", "--config", &home.path()]);
    assert!(named.1.contains("127.0.0.1:9 "), "{}", named.1);
}

#[test]
fn serving_follows_the_file_and_flags_count_before_it() {
    let data = TempDir::new().unwrap();
    let config = format!(
        "[serve]\nlisten = \"127.0.0.2:0\"\ndata = {:?}\n",
        data.path().join("kept").to_str().unwrap()
    );
    let home = Home::with(&config);
    let first_line = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("TOPMAST_ADMIN_PASSWORD", "long enough to be one");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let pid = rustix::process::Pid::from_raw(child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        line
    };
    let line = first_line(&["serve"]);
    assert!(line.starts_with("listening on http://127.0.0.2:"), "{line}");
    assert!(data.path().join("kept/lock").exists(), "the data directory of the file");
    let line = first_line(&["serve", "--listen", "127.0.0.3:0"]);
    assert!(line.starts_with("listening on http://127.0.0.3:"), "{line}");
    let (code, said) = home.run(&["user", "link", "admin"]);
    assert_eq!(code, Some(0), "the same directory is found: {said}");
}

#[test]
fn scripts_and_pages_are_made_for_every_command() {
    let home = Home::with("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script) = home.run(&["completions", shell]);
        assert_eq!(code, Some(0), "{shell}");
        assert!(script.contains("topmast") && script.contains("ports"), "{shell}");
    }
    assert_eq!(home.run(&["completions", "cmd"]).0, Some(2));
    let (code, page) = home.run(&["man"]);
    assert_eq!(code, Some(0));
    assert!(page.contains(".TH topmast 1"), "{page}");
    let pages = TempDir::new().unwrap();
    let dir = pages.path().join("man1");
    assert_eq!(home.run(&["man", "--dir", dir.to_str().unwrap()]).0, Some(0));
    for name in ["topmast.1", "topmast-ps.1", "topmast-config-show.1"] {
        let page = fs::read_to_string(dir.join(name)).unwrap();
        assert!(page.contains(".TH"), "{name}");
    }
}

/// What `ps` and `show` tell of a process that was given a PIN and a password.
fn told(home: &Home, option: &[&str]) -> String {
    let mut holder = Command::new("sleep")
        .args(["600"])
        .env("DOOR_PIN", "8-4-1-7")
        .env("DOOR_PASSWORD", "xyzzy")
        .spawn()
        .unwrap();
    let mut sink = Command::new("sh")
        .args(["-c", "read nothing", "door", "--pin=8-4-1-7", "--password=xyzzy"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let (pid, filter) = (holder.id().to_string(), format!("pid = {}", sink.id()));
    let until_it_runs = || {
        let (_, said) =
            home.run(&[&["ps", "--where", &filter, "--columns", "cmdline"], option].concat());
        said.contains("read nothing").then_some(said)
    };
    let line = std::iter::repeat_with(until_it_runs).take(60).flatten().next().unwrap();
    let (code, variables) =
        home.run(&[&["show", &pid, "--environment", "--json"], option].concat());
    assert_eq!(code, Some(0), "{variables}");
    for child in [&mut holder, &mut sink] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    line + &variables
}

#[test]
fn secrets_are_masked_as_configured_and_shown_only_to_whoever_asks() {
    let usual = told(&Home::with(""), &[]);
    assert!(!usual.contains("xyzzy") && usual.matches("8-4-1-7").count() == 2, "{usual}");
    let with_words = Home::with("[probe]\nscrub_words = [\"pin\"]\n");
    let strict = told(&with_words, &[]);
    assert!(!strict.contains("xyzzy") && !strict.contains("8-4-1-7"), "{strict}");
    for open in
        [told(&with_words, &["--no-scrub"]), told(&Home::with("[probe]\nscrub = false\n"), &[])]
    {
        assert!(open.matches("xyzzy").count() == 2 && open.matches("8-4-1-7").count() == 2);
    }
}

#[test]
fn lists_are_taken_from_file_and_environment_and_shown_as_lists() {
    let home = Home::with("[probe]\nscrub_words = [\"pin\", \"licence key\"]\n");
    let words = |command: &mut Command| {
        let reply: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        assert_eq!(reply["settings"]["probe.scrub"]["value"], true);
        reply["settings"]["probe.scrub_words"]["value"].clone()
    };
    let mut command = home.command(&["config", "show", "--json"]);
    assert_eq!(words(&mut command), serde_json::json!(["pin", "licence key"]));
    command.env("TOPMAST_PROBE__SCRUB_WORDS", "puk, tan");
    assert_eq!(words(&mut command), serde_json::json!(["puk", "tan"]));
    let (code, said) = Home::with("[probe]\nscrub_words = [1]\n").run(&["ps", "--limit", "1"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains(":2: probe.scrub_words: expected a list of names"), "{said}");
}
