//! Configuration: a flag counts before the environment, that before the file, that before the
//! default. Whatever is set and not known is a mistake, with the nearest that is.

mod file;
pub(crate) mod settings;

use crate::exit::Failure;
use anyhow::{Context, Result};
use file::Entry;
use model::text::for_terminal;
use settings::{SETTINGS, Setting, Value};
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A larger file is no configuration.
const LENGTH_MAX: u64 = 1 << 20;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Environment(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "${name}"),
        }
    }
}

/// One value, and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) setting: &'static Setting,
    /// `None` where nothing is set and there is no fixed default.
    pub(crate) value: Option<Value>,
    pub(crate) source: Source,
}

/// All settings.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) chosen: Vec<Chosen>,
    /// What was not taken into account, and why.
    pub(crate) warnings: Vec<String>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: String,
    pub(crate) message: String,
}

impl Config {
    /// What the file and the environment say; every mistake in them at once.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self> {
        let variables: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let (entries, warnings) = read(named)?;
        let chosen = choose(&entries, &variables).map_err(|faults| refused(&faults))?;
        Ok(Self { chosen, warnings })
    }

    /// The value of a setting that is in the list.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.chosen.iter().find(|chosen| chosen.setting.key == key)?.value.as_ref()
    }
}

fn refused(faults: &[Fault]) -> anyhow::Error {
    let lines: Vec<_> = faults.iter().map(|f| format!("{}: {}", f.place, f.message)).collect();
    Failure::usage(lines.join("\n"))
}

/// Where the file is looked for when none is named.
pub(crate) fn usual_path() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || named("HOME").map(|home| home.join(".config"));
    named("XDG_CONFIG_HOME").or_else(home).map(|dir| dir.join("topmast/config.toml"))
}

/// Lines of the file, with the path they come from.
struct Entries {
    path: PathBuf,
    entries: Vec<Entry>,
}

fn read(named: Option<&Path>) -> Result<(Option<Entries>, Vec<String>)> {
    let Some(path) = named.map(Path::to_owned).or_else(usual_path) else {
        return Ok((None, Vec::new()));
    };
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => {
            return Ok((None, Vec::new()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Failure::not_found(format!("there is no file {}", path.display())));
        }
        // Nobody named it: as with one of somebody else's, we go on without.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && named.is_none() => {
            return Ok((None, vec![format!("{} is ignored: {error}", path.display())]));
        }
        Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
    };
    let about = file.metadata().with_context(|| format!("cannot read {}", path.display()))?;
    let own = rustix::process::geteuid().as_raw();
    if let (None, Some(why)) = (named, distrusted(about.uid(), about.mode(), own)) {
        return Ok((None, vec![format!("{} is ignored: {why}", path.display())]));
    }
    let mut text = String::new();
    let read = file.by_ref().take(LENGTH_MAX + 1).read_to_string(&mut text);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if text.len() as u64 > LENGTH_MAX {
        return Err(Failure::usage(format!("{} is larger than 1 MiB", path.display())));
    }
    let entries = file::parse(&text).map_err(|faults| {
        let place = |line| format!("{}:{line}", path.display());
        let fault = |(line, message)| Fault { place: place(line), message };
        refused(&faults.into_iter().map(fault).collect::<Vec<_>>())
    })?;
    Ok((Some(Entries { path, entries }), Vec::new()))
}

/// Why a file that nobody named is not to be trusted: others could make us do their bidding.
fn distrusted(owner: u32, mode: u32, own: u32) -> Option<&'static str> {
    match () {
        () if owner != own && owner != 0 => Some("it belongs to another user; name it to use it"),
        () if mode & 0o002 != 0 => Some("everybody may write to it; chmod o-w it"),
        () => None,
    }
}

/// Each setting from the best source there is.
fn choose(
    entries: &Option<Entries>,
    variables: &[(OsString, OsString)],
) -> Result<Vec<Chosen>, Vec<Fault>> {
    let mut chosen: Vec<Chosen> = SETTINGS.iter().map(Chosen::by_default).collect();
    let mut faults = Vec::new();
    if let Some(Entries { path, entries }) = entries {
        for entry in entries {
            let source = Source::File { path: path.clone(), line: entry.line };
            faults.extend(set(&mut chosen, &entry.key, &entry.value, source));
        }
    }
    for (name, value) in variables {
        let Some(key) = key_of_variable(name.as_bytes()) else { continue };
        let source = Source::Environment(name.to_string_lossy().into_owned());
        let value = value.to_string_lossy().into_owned();
        faults.extend(set(&mut chosen, &key, &settings::Raw::Text(value), source));
    }
    if faults.is_empty() { Ok(chosen) } else { Err(faults) }
}

/// `TOPMAST_SERVE__LISTEN` is `serve.listen`; other variables of ours are no configuration.
fn key_of_variable(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?.strip_prefix("TOPMAST_")?;
    let (section, key) = name.split_once("__")?;
    Some(format!("{}.{}", section.to_ascii_lowercase(), key.to_ascii_lowercase()))
}

fn set(chosen: &mut [Chosen], key: &str, raw: &settings::Raw, source: Source) -> Option<Fault> {
    let place = source.to_string();
    let Some(found) = chosen.iter_mut().find(|chosen| chosen.setting.key == key) else {
        return Some(Fault { place, message: unknown(key) });
    };
    match found.setting.kind.read(raw) {
        Ok(value) => {
            found.value = Some(value);
            found.source = source;
            None
        }
        Err(expected) => Some(Fault { place, message: format!("{key}: {expected}") }),
    }
}

fn unknown(key: &str) -> String {
    let nearest = query::nearest(key, SETTINGS.iter().map(|setting| setting.key));
    let hint = match nearest {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "`topmast config show` lists all".to_owned(),
    };
    format!("there is no setting {}; {hint}", for_terminal(key))
}

impl Chosen {
    fn by_default(setting: &'static Setting) -> Self {
        let text = setting.default.map(|text| settings::Raw::Text(text.to_owned()));
        let value = text.and_then(|raw| setting.kind.read(&raw).ok());
        Self { setting, value, source: Source::Default }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(toml: &str, variables: &[(&str, &str)]) -> Result<Vec<(String, String)>, Vec<Fault>> {
        let entries = file::parse(toml).expect("it is TOML");
        let entries = Some(Entries { path: "c.toml".into(), entries });
        let variables: Vec<(OsString, OsString)> =
            variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let chosen = choose(&entries, &variables)?;
        let shown = chosen.into_iter().filter(|chosen| chosen.source != Source::Default);
        Ok(shown
            .map(|c| {
                (format!("{}={}", c.setting.key, c.value.expect("it is set")), c.source.to_string())
            })
            .collect())
    }

    #[test]
    fn the_environment_counts_before_the_file_and_that_before_the_default() {
        let toml = "[serve]\nlisten = \"127.0.0.1:1\"\ncontrol = false\n";
        let variables = [("TOPMAST_SERVE__LISTEN", "127.0.0.1:2"), ("TOPMAST_ADMIN_PASSWORD", "x")];
        let found = chosen(toml, &variables).expect("all is known");
        let expected = [
            ("serve.listen=127.0.0.1:2", "$TOPMAST_SERVE__LISTEN"),
            ("serve.control=no", "c.toml:3"),
        ];
        assert_eq!(found, expected.map(|(value, source)| (value.to_owned(), source.to_owned())));
    }

    #[test]
    fn every_mistake_is_told_with_its_place_and_the_nearest_key() {
        let toml = "[serve]\nlissten = \"x\"\ninterval = \"1us\"\n[quux]\nx = 1\n";
        let faults = chosen(toml, &[("TOPMAST_SERVE__CONTROLL", "no")]).expect_err("mistakes");
        let said: Vec<_> = faults.iter().map(|f| format!("{}: {}", f.place, f.message)).collect();
        assert_eq!(
            said[0],
            "c.toml:2: there is no setting serve.lissten; did you mean serve.listen?"
        );
        assert!(said[1].starts_with("c.toml:3: serve.interval: "), "{}", said[1]);
        assert!(said[2].starts_with("c.toml:5: there is no setting quux.x; "), "{}", said[2]);
        assert!(said[3].contains("did you mean serve.control?"), "{}", said[3]);
    }

    #[test]
    fn every_default_is_a_value() {
        for setting in SETTINGS {
            let chosen = Chosen::by_default(setting);
            assert_eq!(chosen.value.is_some(), setting.default.is_some(), "{}", setting.key);
        }
    }

    #[test]
    fn files_that_others_can_change_are_not_trusted() {
        assert_eq!(distrusted(1000, 0o644, 1000), None);
        assert_eq!(distrusted(0, 0o644, 1000), None, "root may do as it likes anyway");
        assert!(distrusted(1001, 0o600, 1000).is_some());
        assert!(distrusted(1001, 0o600, 0).is_some(), "root does not obey users");
        assert!(distrusted(1000, 0o646, 1000).is_some());
    }
}
