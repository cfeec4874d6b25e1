//! The machine for people: a section a topic, each left out where there is nothing to say.

use crate::output::grid::{Align, Cell, Column, Grid, Tone, cut, painted};
use crate::output::measure::{ABSENT, bytes, local_time, measure, span};
use crate::output::screen::{Glyphs, Screen};
use crate::output::{grid_of, share_tone};
use model::metric::{
    BatteryEntity, ContainerEntity, CoreRow, DiskEntity, DiskRow, InterfaceEntity, InterfaceRow,
    PressureEntity, PressureRow, SensorEntity, SessionEntity, Unit,
};
use model::snapshot::{FileSystem, Memory, OwnLimits, ProcessState};
use model::text::for_terminal;
use model::{Delta, Observed};

/// Rows of a section at most; the whole is in `--json`.
const ROWS_MAX: usize = 20;

/// Every section.
pub(super) fn lines(delta: &Delta, screen: Screen) -> Vec<String> {
    let around = &delta.host.surroundings;
    let mut page = Page { lines: Vec::new(), screen };
    page.section("System", system(delta));
    page.section("CPU", cpu(delta, screen));
    page.section("Memory", memory(&delta.host.memory, screen));
    page.table("Pressure (percent of time that tasks waited)", &pressure(delta));
    page.table("Disks", &disks(delta));
    page.table("File systems", &file_systems(&around.file_systems));
    page.table("Interfaces", &interfaces(delta));
    let sensors = [("chip", 1), ("label", 0), ("value", 0), ("unit", 0), ("high", 2)];
    page.table("Sensors", &grid_of::<SensorEntity>(&sensors, &around.sensors));
    let batteries = [("name", 0), ("percent", 0), ("status", 0), ("seconds_left", 1)];
    page.table("Batteries", &grid_of::<BatteryEntity>(&batteries, &around.batteries));
    let sessions = [("user", 0), ("terminal", 0), ("since", 1), ("pid", 2), ("from", 0)];
    page.table("Sessions", &grid_of::<SessionEntity>(&sessions, &around.sessions));
    page.section("Limits on Topmast and what runs beside it", limits(&around.own_limits));
    let containers = [("id", 1), ("runtime", 0), ("name", 0), ("image", 0)];
    page.table("Containers", &grid_of::<ContainerEntity>(&containers, &around.containers));
    page.lines
}

/// Lines so far.
struct Page {
    lines: Vec<String>,
    screen: Screen,
}

impl Page {
    fn section(&mut self, title: &str, body: Vec<String>) {
        if body.is_empty() {
            return;
        }
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(painted(title.to_owned(), Tone::Header, self.screen.paint));
        self.lines.extend(body);
    }

    fn table(&mut self, title: &str, grid: &Grid) {
        if grid.rows.is_empty() {
            return;
        }
        let more = grid.rows.len().saturating_sub(ROWS_MAX);
        let rows = grid.rows[..grid.rows.len() - more].to_vec();
        let inner = Screen { width: self.screen.width.saturating_sub(2), ..self.screen };
        let grid = Grid { columns: grid.columns.clone(), rows };
        let mut body: Vec<_> = grid.lines(inner).iter().map(|line| format!("  {line}")).collect();
        if more > 0 {
            body.push(format!("  … {more} more"));
        }
        self.section(title, body);
    }
}

fn system(delta: &Delta) -> Vec<String> {
    let facts = &delta.host.facts;
    let states = &delta.processes.state;
    let in_state = |wanted| states.iter().filter(|state| **state == wanted).count();
    let [one, five, fifteen] = delta.host.load;
    let address = facts.ip_address.as_deref().map_or_else(String::new, |ip| format!(" ({ip})"));
    let virtualization = facts.virtualization.as_deref();
    let virtualization = virtualization.map_or_else(String::new, |kind| format!(" on {kind}"));
    let boot = local_time(delta.host.boot_unix_nanos as f64 / 1e9);
    vec![
        pair("host", &format!("{}{address}", facts.hostname)),
        pair("system", &facts.os),
        pair("kernel", &format!("{} {}{virtualization}", facts.kernel, facts.architecture)),
        pair("up", &format!("{}, since {boot}", span(delta.at.boot_nanos as f64 / 1e9))),
        pair("load", &format!("{one:.2} {five:.2} {fifteen:.2}")),
        pair(
            "processes",
            &format!(
                "{} ({} running, {} waiting for storage, {} zombies)",
                states.len(),
                in_state(ProcessState::Running),
                in_state(ProcessState::DiskSleep),
                in_state(ProcessState::Zombie),
            ),
        ),
    ]
}

fn pair(name: &str, value: &str) -> String {
    format!("  {name:<10} {}", for_terminal(value))
}

/// Model, all cores together, and a bar a core.
fn cpu(delta: &Delta, screen: Screen) -> Vec<String> {
    let facts = &delta.host.facts;
    let logical = delta.host.cores.len();
    let count = match facts.physical_cores {
        Some(physical) => format!("{logical} ({physical} cores)"),
        None => logical.to_string(),
    };
    let mut lines =
        vec![pair("model", facts.cpu_model.as_deref().unwrap_or(ABSENT)), pair("count", &count)];
    if let Some(share) = &delta.host_rates.cpu {
        let rest = format!(
            "user {:.1} nice {:.1} system {:.1} wait {:.1} irq {:.1} steal {:.1}",
            share.user,
            share.nice,
            share.system,
            share.iowait,
            share.irq + share.softirq,
            share.steal
        );
        lines.push(pair("all", &format!("{:.1} %: {rest}", share.busy)));
    }
    let cores: Vec<Meter> = CoreRow::all(delta).map(|core| Meter::of_core(&core)).collect();
    lines.extend(meters(&cores, screen));
    lines
}

/// A share of something as a bar of two parts.
struct Meter {
    label: String,
    /// Percent, and how much of the bar its first and its second part take.
    parts: Option<(f64, f64)>,
}

impl Meter {
    fn of_core(core: &CoreRow<'_>) -> Self {
        let parts = core.share().known();
        Self {
            label: core.number().to_string(),
            parts: parts.map(|share| (share.user + share.nice, share.busy)),
        }
    }

    /// `  3 [████▒▒    ]  42.1`. The second part is drawn differently, not only coloured.
    fn line(&self, width: usize, screen: Screen) -> String {
        let (first, second) = match screen.glyphs {
            Glyphs::Unicode => ('█', '▒'),
            Glyphs::Ascii => ('|', '+'),
        };
        let Some((user, busy)) = self.parts else {
            return format!("{:>4} {ABSENT:>width$}", self.label, width = width.saturating_sub(5));
        };
        let room = width.saturating_sub("1234 [] 100.0".len()).max(1);
        let steps =
            |share: f64| (share * room as f64 / 100.0).round().clamp(0.0, room as f64) as usize;
        let (end, middle) = (steps(busy), steps(user).min(steps(busy)));
        let bar: String = (0..room)
            .map(|at| {
                if at < middle {
                    first
                } else if at < end {
                    second
                } else {
                    ' '
                }
            })
            .collect();
        let bar = painted(bar, share_tone(busy), screen.paint);
        format!("{:>4} [{bar}] {busy:>5.1}", self.label)
    }
}

/// Meters side by side: the more there are, the more share a line.
fn meters(meters: &[Meter], screen: Screen) -> Vec<String> {
    let beside = match meters.len() {
        0..=4 => 1,
        5..=32 => 2,
        _ => 4,
    };
    let beside = beside.min(screen.width / 20).max(1);
    let width = screen.width.saturating_sub(2 * beside) / beside;
    let line = |some: &[Meter]| {
        let drawn = some.iter().map(|meter| meter.line(width, screen));
        format!("  {}", drawn.collect::<Vec<_>>().join("  "))
    };
    meters.chunks(beside).map(line).collect()
}

fn memory(memory: &Memory, screen: Screen) -> Vec<String> {
    let used = memory.total.saturating_sub(memory.available);
    let swap = memory.swap_total.saturating_sub(memory.swap_free);
    let percent = |part: u64, all: u64| part as f64 * 100.0 / all.max(1) as f64;
    let meter = |label: &str, part, all| {
        let share = percent(part, all);
        let meter = Meter { label: label.to_owned(), parts: Some((share, share)) };
        format!("  {}", meter.line(screen.width.saturating_sub(2), screen))
    };
    let mut lines = vec![
        meter("mem", used, memory.total),
        pair("used", &format!("{} of {}", bytes(used), bytes(memory.total))),
        pair(
            "of it",
            &format!(
                "anonymous {}, kernel {}, shared {}",
                bytes(memory.anonymous),
                bytes(memory.unreclaimable),
                bytes(memory.shared)
            ),
        ),
        pair("cached", &format!("{}, {} to be written", bytes(memory.cached), bytes(memory.dirty))),
        pair("available", &bytes(memory.available)),
    ];
    if memory.swap_total > 0 {
        lines.push(meter("swap", swap, memory.swap_total));
        lines.push(pair("swap", &format!("{} of {}", bytes(swap), bytes(memory.swap_total))));
    } else {
        lines.push(pair("swap", "none"));
    }
    lines
}

fn pressure(delta: &Delta) -> Grid {
    let columns = ["resource", "some_10", "some_60", "some_300", "full_10", "full_60", "full_300"];
    let rows = delta.host.pressure.iter().flat_map(PressureRow::all);
    grid_of::<PressureEntity>(&columns.map(|name| (name, 0)), rows)
}

fn disks(delta: &Delta) -> Grid {
    let columns = [
        ("name", 0),
        ("read_per_sec", 0),
        ("write_per_sec", 0),
        ("reads_per_sec", 3),
        ("writes_per_sec", 2),
        ("busy_percent", 0),
        ("latency_ms", 1),
    ];
    let is_used = |row: &DiskRow<'_>| {
        !row.disk.is_partition && row.disk.counters.reads + row.disk.counters.writes > 0
    };
    rounded(grid_of::<DiskEntity>(&columns, DiskRow::all(delta).filter(is_used)))
}

fn interfaces(delta: &Delta) -> Grid {
    let columns = [
        ("name", 0),
        ("status", 3),
        ("bytes_recv_per_sec", 0),
        ("bytes_sent_per_sec", 0),
        ("bytes_recv", 2),
        ("bytes_sent", 2),
        ("addresses", 0),
    ];
    grid_of::<InterfaceEntity>(&columns, InterfaceRow::all(delta))
}

/// Counts per second with one digit behind the point.
fn rounded(mut grid: Grid) -> Grid {
    for cell in grid.rows.iter_mut().flatten() {
        if let Ok(number) = cell.text.parse::<f64>()
            && number.fract() != 0.0
        {
            cell.text = format!("{number:.1}");
        }
    }
    grid
}

fn file_systems(found: &[FileSystem]) -> Grid {
    let column = |header: &str, align, weight| Column { header: header.to_owned(), align, weight };
    let columns = vec![
        column("MOUNT", Align::Left, 0),
        column("TYPE", Align::Left, 2),
        column("SIZE", Align::Right, 1),
        column("USED", Align::Right, 1),
        column("AVAIL", Align::Right, 0),
        column("USE%", Align::Right, 0),
        column("DEVICE", Align::Left, 3),
    ];
    Grid { columns, rows: found.iter().map(file_system).collect() }
}

fn file_system(found: &FileSystem) -> Vec<Cell> {
    let figure = |value: Option<u64>| Cell::from(value.map_or_else(|| ABSENT.to_owned(), bytes));
    let space = match &found.space {
        Observed::Known(space) => Some(space),
        Observed::Absent(_) => None,
    };
    let share = space.map(|space| space.used_percent());
    let used = share.map_or_else(|| ABSENT.to_owned(), |share| measure(Unit::Percent, share));
    vec![
        Cell::from(for_terminal(&found.mount_point)),
        Cell::from(for_terminal(&found.kind)),
        figure(space.map(|space| space.total)),
        figure(space.map(|space| space.used)),
        figure(space.map(|space| space.available)),
        Cell { text: used, tone: share.map_or(Tone::Plain, share_tone) },
        Cell::from(for_terminal(&found.device)),
    ]
}

fn limits(limits: &OwnLimits) -> Vec<String> {
    let cores = limits.cpu_cores.map(|cores| pair("cores", &format!("{cores:.2}")));
    let memory = limits.memory_bytes.map(|memory| pair("memory", &bytes(memory)));
    let pids = limits.pids.map(|pids| pair("tasks", &pids.to_string()));
    [cores, memory, pids].into_iter().flatten().map(|line| cut(&line, usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen::Paint;
    use model::Snapshot;
    use model::snapshot::CpuTimes;
    use unicode_width::UnicodeWidthStr;

    fn screen(width: usize, glyphs: Glyphs) -> Screen {
        Screen { width, height: None, paint: Paint::Plain, glyphs }
    }

    #[test]
    fn bars_show_two_parts_in_any_width() {
        let meter = Meter { label: "3".to_owned(), parts: Some((50.0, 75.0)) };
        assert_eq!(meter.line(21, screen(80, Glyphs::Ascii)), "   3 [||||++  ]  75.0");
        assert_eq!(meter.line(21, screen(80, Glyphs::Unicode)), "   3 [████▒▒  ]  75.0");
        let unknown = Meter { label: "3".to_owned(), parts: None };
        assert_eq!(unknown.line(21, screen(80, Glyphs::Ascii)).trim(), "3                -");
    }

    #[test]
    fn no_line_is_wider_than_the_screen_however_many_cores() {
        for cores in [1, 4, 5, 33, 512] {
            let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
            now.taken.boot_nanos = 1_000_000_000;
            before.taken.boot_nanos = 1;
            let busy = CpuTimes { user: 5, system: 3, idle: 2, ..CpuTimes::default() };
            before.host.cores = vec![CpuTimes::default(); cores];
            now.host.cores = vec![busy; cores];
            before.host.core_numbers = (0..cores as u32).collect();
            now.host.core_numbers = before.host.core_numbers.clone();
            let delta = Delta::between(Some(&before), &now);
            for width in [40, 80, 100] {
                let drawn = lines(&delta, screen(width, Glyphs::Unicode));
                let core_lines = drawn.iter().filter(|line| line.contains('█'));
                assert!(core_lines.clone().count() > 0);
                core_lines.for_each(|line| assert!(line.width() <= width, "{width}: {line:?}"));
            }
        }
    }
}
