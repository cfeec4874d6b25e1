//! Where data is kept, and who may write there.

use crate::args::DataDir;
use crate::config::{Config, settings::Value};
use crate::exit::Failure;
use anyhow::{Context, Result};
use std::env;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// `--data`, else what is configured, else the service's directory, else the user's.
fn data_dir(option: &DataDir, config: &Config) -> Result<PathBuf> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let service = named("STATE_DIRECTORY");
    let state = named("XDG_STATE_HOME")
        .or_else(|| named("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("topmast"));
    let configured = match config.value("serve.data") {
        Some(Value::Path(path)) => Some(path.clone()),
        _ => None,
    };
    let found = option.dir.clone().or(configured).or(service).or(state);
    found.ok_or_else(|| Failure::usage("there is no home directory; say where with --data DIR"))
}

/// The data directory of a hub that has been started before.
pub(crate) fn existing_data_dir(option: &DataDir) -> Result<PathBuf> {
    let dir = data_dir(option, &Config::load(None)?)?;
    if dir.is_dir() {
        return Ok(dir);
    }
    Err(Failure::not_found(format!(
        "there is no data directory {}; start `topmast serve` first, or name it with --data",
        dir.display()
    )))
}

/// The data directory, made where there is none, held by us alone until this is dropped.
pub(crate) struct HeldDataDir {
    pub(crate) path: PathBuf,
    _lock: File,
}

impl HeldDataDir {
    pub(crate) fn hold(option: &DataDir, config: &Config) -> Result<Self> {
        let path = data_dir(option, config)?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.with_context(|| format!("cannot make the data directory {}", path.display()))?;
        let lock = lock(&path)?;
        Ok(Self { path, _lock: lock })
    }
}

/// One writer: the lock ends with the process that holds it, however it ends.
fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            writeln!(file, "{}", std::process::id())?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.rewind()?;
            file.read_to_string(&mut holder)?;
            Err(Failure::taken(format!(
                "{} is in use by another topmast (process {}); stop that, or choose another \
                 directory with --data",
                dir.display(),
                holder.trim()
            )))
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}
