//! `topmast serve`: sampling alone, then with a viewer.

use crate::cost;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, connect};

const PASSWORD: &str = "a password of the bench";

/// What the hub costs.
pub struct HubCost {
    /// CPU time of the sampling thread per sample: reading, delta, handing over.
    pub sampler: Duration,
    /// CPU time of the whole program per second, nobody looking.
    pub alone: Duration,
    /// CPU time of the whole program per second, one viewer.
    pub watched: Duration,
    /// Resident memory, one viewer, bytes.
    pub rss_bytes: u64,
    /// Highest resident memory, bytes.
    pub rss_peak_bytes: u64,
    /// The first frame, bytes.
    pub full_bytes: usize,
    /// Delta frames: median and largest, bytes.
    pub delta_bytes: (usize, usize),
    /// The process part of the median delta frame, deflated alone, bytes.
    pub process_part_bytes: usize,
    /// Process rows with a change in a delta, median.
    pub rows_changed: usize,
}

pub fn measure(topmast: &Path, span: Duration) -> Result<HubCost> {
    let hub = Running::start(topmast)?;
    // Static fields are read in the first samples; what follows is the steady state.
    std::thread::sleep(Duration::from_secs(5));
    let ((alone, sampler), ()) = hub.cpu_during(span, || {
        std::thread::sleep(span);
        Ok(())
    })?;
    let ((watched, _), seen) = hub.cpu_during(span, || hub.watch(span))?;
    let (rss_bytes, rss_peak_bytes) = cost::memory(hub.child.id())?;
    let mut sizes: Vec<usize> = seen.deltas.iter().map(|delta| delta.bytes).collect();
    let mut parts: Vec<usize> = seen.deltas.iter().map(|delta| delta.process_part).collect();
    let mut rows: Vec<usize> = seen.deltas.iter().map(|delta| delta.rows).collect();
    let largest = sizes.iter().copied().max().unwrap_or(0);
    Ok(HubCost {
        sampler,
        alone,
        watched,
        rss_bytes,
        rss_peak_bytes,
        full_bytes: seen.full_bytes,
        delta_bytes: (median(&mut sizes)?, largest),
        process_part_bytes: median(&mut parts)?,
        rows_changed: median(&mut rows)?,
    })
}

fn median(values: &mut [usize]) -> Result<usize> {
    values.sort_unstable();
    values.get(values.len() / 2).copied().context("no delta frame came")
}

struct Running {
    child: Child,
    address: String,
    data: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

struct Seen {
    full_bytes: usize,
    deltas: Vec<DeltaSeen>,
}

struct DeltaSeen {
    bytes: usize,
    process_part: usize,
    rows: usize,
}

impl Running {
    fn start(topmast: &Path) -> Result<Self> {
        let data = std::env::temp_dir().join(format!("topmast-bench-{}", std::process::id()));
        let mut child = Command::new(topmast)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("TOPMAST_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").map(str::to_owned);
        let address = address.with_context(|| format!("it said: {line}"))?;
        Ok(Self { child, address, data })
    }

    /// CPU time a second of the whole program, and of its sampling thread, while `work` runs.
    fn cpu_during<T>(
        &self,
        span: Duration,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<((Duration, Duration), T)> {
        let read = || -> Result<(Duration, Duration)> {
            let pid = self.child.id();
            Ok((cost::cpu_time(pid, |_| true)?, cost::cpu_time(pid, |name| name == "sampler")?))
        };
        let before = read()?;
        let done = work()?;
        let after = read()?;
        let each =
            |now: Duration, then: Duration| now.saturating_sub(then).div_f64(span.as_secs_f64());
        Ok(((each(after.0, before.0), each(after.1, before.1)), done))
    }

    fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: serde_json::Value,
    ) -> Result<serde_json::Value> {
        let mut request = ureq::post(format!("http://{}/api/v1{path}", self.address));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        Ok(request.send_json(body)?.body_mut().read_json()?)
    }

    fn watch(&self, span: Duration) -> Result<Seen> {
        let login = serde_json::json!({"username": "admin", "password": PASSWORD});
        let login = self.post("/auth/login", None, login)?;
        let token = login["access_token"].as_str().context("no token")?;
        let ticket = self.post("/auth/ticket", Some(token), serde_json::json!({}))?;
        let ticket = ticket["ticket"].as_str().context("no ticket")?;
        let url = format!("ws://{}/api/v1/ws/monitoring/local?token={ticket}", self.address);
        let mut request = url.into_client_request()?;
        let protocol = HeaderValue::from_static("topmast.columns.v1");
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        let (mut socket, _) = connect(request)?;
        let mut seen = Seen { full_bytes: 0, deltas: Vec::new() };
        let end = Instant::now() + span;
        while Instant::now() < end {
            let Message::Binary(frame) = socket.read()? else { continue };
            let json = decode(&frame)?;
            if json["kind"] == "full" {
                seen.full_bytes = frame.len();
            } else {
                let processes = &json["processes"];
                seen.deltas.push(DeltaSeen {
                    bytes: frame.len(),
                    process_part: deflated(&serde_json::to_vec(processes)?)?,
                    rows: rows_changed(processes),
                });
            }
        }
        Ok(seen)
    }
}

fn decode(frame: &[u8]) -> Result<serde_json::Value> {
    let mut text = Vec::new();
    match frame.split_first() {
        Some((0, rest)) => text.extend_from_slice(rest),
        Some((1, rest)) => {
            flate2::read::DeflateDecoder::new(rest).read_to_end(&mut text)?;
        }
        _ => bail!("a frame of an unknown kind"),
    }
    Ok(serde_json::from_slice(&text)?)
}

fn deflated(text: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(text)?;
    Ok(encoder.finish()?.len())
}

fn rows_changed(processes: &serde_json::Value) -> usize {
    let changed = processes["changed"].as_array().into_iter().flatten();
    let ids = changed.filter_map(|column| column["ids"].as_array()).flatten();
    ids.filter_map(serde_json::Value::as_u64).collect::<std::collections::BTreeSet<_>>().len()
}
