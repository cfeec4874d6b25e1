//! `serve`: this machine's sampler and the hub on one monitor.

use crate::args::Serve;
use crate::config::{Config, settings::Value};
use crate::exit::{Answer, Failure};
use crate::paths::HeldDataDir;
use agent::{LocalHost, Sampler, SamplerOptions};
use anyhow::{Context, Result};
use hub::accounts::{Accounts, AccountsError, FirstStart};
use hub::{Hub, HubError, HubOptions};
use model::HostId;
use monitor::{HostDescription, Monitor};
use probe::scrub::Rules;
use probe::{Control, ProbeOptions};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// How long the first sample may take before the hub answers without it.
const FIRST_SAMPLE: Duration = Duration::from_secs(2);

/// What to serve and how, from the arguments, else the environment, else the file, else as usual.
struct Wish {
    listen: SocketAddr,
    interval: Duration,
    control: bool,
    public_url: Option<String>,
    insecure: bool,
    scrub: Arc<Rules>,
}

impl Wish {
    fn of(options: &Serve, config: &Config) -> Self {
        let listen = config.value("serve.listen");
        let interval = config.value("serve.interval");
        let flag = |key| config.value(key) == Some(&Value::Flag(true));
        let url = || match config.value("serve.public_url") {
            Some(Value::Url(url)) => Some(url.clone()),
            _ => None,
        };
        Self {
            listen: options.listen.unwrap_or_else(|| match listen {
                Some(Value::Address(address)) => *address,
                _ => unreachable!("the setting has a default that is an address"),
            }),
            interval: options.interval.unwrap_or_else(|| match interval {
                Some(Value::Interval(interval)) => *interval,
                _ => unreachable!("the setting has a default that is an interval"),
            }),
            control: !options.no_control && flag("serve.control"),
            public_url: options.public_url.clone().or_else(url),
            insecure: options.insecure || flag("serve.insecure"),
            scrub: options.masking.rules_of(config),
        }
    }
}

pub(crate) fn run(options: &Serve) -> Result<Answer> {
    begin_logging();
    let config = Config::load(options.file.config.as_deref())?;
    config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let data = HeldDataDir::hold(&options.data, &config)?;
    let options = &Wish::of(options, &config);
    if *options.scrub == Rules::off() {
        tracing::warn!("secrets in command lines and environments are shown to whoever signs in");
    }
    let monitor = Arc::new(Monitor::new());
    let sampler = sample_this_machine(&monitor, options)?;
    let _ = sampler.wait_for_first(FIRST_SAMPLE);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    runtime.block_on(async {
        let hub = hub::bind(hub_options(options, &data), monitor).await.map_err(told)?;
        let stop = stop_asked()?;
        let first_start = first_start(&data)?;
        announce(&hub, &first_start, &data)?;
        hub.run(stop).await;
        anyhow::Ok(())
    })?;
    drop(sampler);
    Ok(Answer::Yes)
}

/// SIGTERM or SIGINT.
fn stop_asked() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Makes the first user once the hub has its port, so that a failed start spends no link.
fn first_start(data: &HeldDataDir) -> Result<FirstStart> {
    let password = first_password()?;
    let has_password = password.is_some();
    let first_start = Accounts::open(&data.path)?.first_start(password).map_err(refused)?;
    if has_password && first_start == FirstStart::NotFirst {
        tracing::warn!("the user admin exists already; TOPMAST_ADMIN_PASSWORD is ignored");
    }
    Ok(first_start)
}

fn sample_this_machine(monitor: &Arc<Monitor>, options: &Wish) -> Result<Sampler> {
    let control = Control::with(Arc::clone(&options.scrub))?;
    let link = if options.control {
        LocalHost::with_control(control)
    } else {
        LocalHost::read_only(control)
    };
    let description = HostDescription {
        interval: options.interval,
        control: options.control,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    monitor.add_host(HostId::local(), description, Arc::new(link));
    let sampling = SamplerOptions {
        host: HostId::local(),
        interval: options.interval,
        probe: ProbeOptions { scrub: Arc::clone(&options.scrub), ..ProbeOptions::continuous() },
    };
    Ok(Sampler::start(Arc::clone(monitor), sampling)?)
}

fn hub_options(options: &Wish, data: &HeldDataDir) -> HubOptions {
    HubOptions {
        listen: options.listen,
        data_dir: data.path.clone(),
        control: options.control,
        connections_max: connections_max(),
        public_url: options.public_url.clone(),
        insecure: options.insecure,
    }
}

/// Descriptors kept for accounts, logs, what the libraries open and what a sample opens in passing.
const DESCRIPTORS_KEPT: u64 = 256;

/// Descriptors that sampling keeps open at most, unless a quarter of all is less.
const DESCRIPTORS_OF_PROCESSES: u64 = 1024;

/// Connections at once at most, whatever the system would allow.
const CONNECTIONS_MAX: u64 = 2048;

/// As many connections as leave descriptors for the rest: where sampling finds none left, every
/// process would seem gone. The soft limit, often 1024, is raised to what we may have.
fn connections_max() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let descriptors = limit.current.unwrap_or(u64::MAX);
    // With fewer than twice what is kept, half of what there is.
    let kept = DESCRIPTORS_KEPT + DESCRIPTORS_OF_PROCESSES.min(descriptors / 4);
    let free = descriptors.saturating_sub(kept).max(descriptors / 2);
    free.clamp(1, CONNECTIONS_MAX) as usize
}

/// What scripts and people wait for.
fn announce(hub: &Hub, first_start: &FirstStart, data: &HeldDataDir) -> Result<()> {
    let listening = format!("http://{}", hub.local_addr());
    let url = hub.url();
    // As it was started, so that the line can be pasted where it is not on the path.
    let program = std::env::args().next().unwrap_or_else(|| "topmast".to_owned());
    let again = format!("{program} user link admin --url {url} --data {}", data.path.display());
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {listening}")?;
    match first_start {
        FirstStart::AdminWithLink(token) => {
            writeln!(
                out,
                "first start: sign in as admin by this link, good once, for 15 minutes:"
            )?;
            writeln!(out, "  {url}/#link={token}")?;
            writeln!(out, "a fresh one: {again}")?;
        }
        FirstStart::AdminWithPassword => writeln!(out, "first start: the user is admin")?,
        FirstStart::NotFirst => writeln!(out, "no password at hand? {again}")?,
    }
    out.flush()?;
    Ok(())
}

/// From TOPMAST_ADMIN_PASSWORD, else the file named by TOPMAST_ADMIN_PASSWORD_FILE.
fn first_password() -> Result<Option<String>> {
    if let Ok(password) = std::env::var("TOPMAST_ADMIN_PASSWORD") {
        return Ok(Some(password));
    }
    let Some(path) = std::env::var_os("TOPMAST_ADMIN_PASSWORD_FILE") else { return Ok(None) };
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("cannot read {}, named by TOPMAST_ADMIN_PASSWORD_FILE", path.display())
    })?;
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Human on a terminal, JSON lines otherwise; RUST_LOG chooses how much.
fn begin_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only a second logger in one process could fail, and there is none.
    let _ = if std::io::stderr().is_terminal() {
        log.with_target(false).try_init()
    } else {
        log.json().try_init()
    };
}

/// A password that cannot be one is a mistake of whoever gave it.
fn refused(error: AccountsError) -> anyhow::Error {
    match error {
        AccountsError::PasswordTooShort { .. } | AccountsError::PasswordTooLong { .. } => {
            Failure::usage(error)
        }
        other => other.into(),
    }
}

fn told(error: HubError) -> anyhow::Error {
    match error {
        HubError::PortTaken(_) | HubError::Listen { .. } => Failure::taken(error),
        HubError::NotLoopback(_) | HubError::PublicUrl(_) => Failure::usage(error),
        HubError::Accounts(_) => error.into(),
    }
}
