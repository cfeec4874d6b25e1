//! Temperatures, fans and the like from hwmon, and batteries. Sensors are told apart by their chip
//! and label: `hwmon3` is another chip after the next start.

use crate::linux::system_files::SystemFiles;
use model::snapshot::{Battery, Sensor, SensorKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sensors at most.
const SENSORS_MAX: usize = 1024;

/// Prefix of the files, what they measure, and what one of their units is.
const KINDS: [(&str, SensorKind, f64); 5] = [
    ("temp", SensorKind::Temperature, 1e-3),
    ("fan", SensorKind::Fan, 1.0),
    ("in", SensorKind::Voltage, 1e-3),
    ("power", SensorKind::Power, 1e-6),
    ("curr", SensorKind::Current, 1e-3),
];

/// Every sensor that can be read, by chip and label.
pub(super) fn sensors(system: &SystemFiles) -> Vec<Sensor> {
    let mut found = Vec::new();
    for (chip, dir) in chips(system) {
        for name in system.names(&dir) {
            let sensor = sensor(system, &dir, &name);
            found.extend(sensor.map(|sensor| Sensor { chip: Arc::clone(&chip), ..sensor }));
        }
    }
    if found.is_empty() {
        found = zones(system);
    }
    found.truncate(SENSORS_MAX);
    found.sort_by(|one, other| {
        (&one.chip, one.kind, &one.label).cmp(&(&other.chip, other.kind, &other.label))
    });
    found
}

/// Chips with their directories. Those of one name are told apart by their device.
fn chips(system: &SystemFiles) -> Vec<(Arc<str>, String)> {
    let mut by_name = BTreeMap::<String, Vec<String>>::new();
    for entry in system.names("sys/class/hwmon") {
        let dir = format!("sys/class/hwmon/{entry}");
        let name = system.text(format!("{dir}/name")).unwrap_or_else(|| "unknown".to_owned());
        by_name.entry(name).or_default().push(dir);
    }
    let mut chips = Vec::new();
    for (name, dirs) in by_name {
        let is_alone = dirs.len() == 1;
        for dir in dirs {
            let device = std::fs::read_link(system.path(format!("{dir}/device"))).ok();
            let device = device.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
            let chip = match device.filter(|_| !is_alone) {
                Some(device) => format!("{name}-{device}"),
                None => name.clone(),
            };
            chips.push((chip.into(), dir));
        }
    }
    chips
}

/// The sensor a file is the value of; its chip is filled in by the caller.
fn sensor(system: &SystemFiles, dir: &str, file: &str) -> Option<Sensor> {
    let stem = file.strip_suffix("_input").or_else(|| file.strip_suffix("_average"))?;
    let digits = stem.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
    let (_, kind, unit) = *KINDS
        .iter()
        .find(|(prefix, ..)| stem.strip_suffix(digits) == Some(*prefix) && !digits.is_empty())?;
    // Where there is a value of now, its average is not shown besides.
    if file.ends_with("_average") && system.path(format!("{dir}/{stem}_input")).exists() {
        return None;
    }
    let raw = |file: String| system.number::<f64>(file).filter(|value| value.is_finite());
    let value = raw(format!("{dir}/{file}"))? * unit;
    let bound = |end: &str| raw(format!("{dir}/{stem}_{end}")).map(|bound| bound * unit);
    let label = system.text(format!("{dir}/{stem}_label"));
    Some(Sensor {
        chip: Arc::default(),
        label: label.unwrap_or_else(|| stem.to_owned()).into(),
        kind,
        value,
        high: bound("max").filter(|high| *high > 0.0),
        critical: bound("crit").filter(|critical| *critical > 0.0),
    })
}

/// Machines without hwmon, mostly small ones, tell their temperatures by zones.
fn zones(system: &SystemFiles) -> Vec<Sensor> {
    let zone = |name: &String| {
        let dir = format!("sys/class/thermal/{name}");
        let value: f64 = system.number(format!("{dir}/temp"))?;
        name.starts_with("thermal_zone").then(|| Sensor {
            chip: "thermal".into(),
            label: system.text(format!("{dir}/type")).unwrap_or_else(|| name.clone()).into(),
            kind: SensorKind::Temperature,
            value: value / 1000.0,
            high: None,
            critical: None,
        })
    };
    system.names("sys/class/thermal").iter().filter_map(zone).collect()
}

/// Every battery of the machine; those of mice and headsets are not.
pub(super) fn batteries(system: &SystemFiles) -> Vec<Battery> {
    let names = system.names("sys/class/power_supply");
    names.into_iter().filter_map(|name| battery(system, name)).collect()
}

fn battery(system: &SystemFiles, name: String) -> Option<Battery> {
    let text = |file: &str| system.text(format!("sys/class/power_supply/{name}/{file}"));
    let number = |file: &str| text(file)?.parse::<f64>().ok().filter(|value| value.is_finite());
    if text("type").as_deref() != Some("Battery") || text("scope").as_deref() == Some("Device") {
        return None;
    }
    let level = |what: &str| Some((number(&format!("{what}_now"))?, what.to_owned()));
    let level = level("energy").or_else(|| level("charge"));
    let full = level.as_ref().and_then(|(_, what)| number(&format!("{what}_full")));
    let ratio = level.as_ref().zip(full.filter(|full| *full > 0.0));
    let percent =
        number("capacity").or_else(|| ratio.map(|((now, _), full)| now * 100.0 / full))?;
    let status = text("status").unwrap_or_else(|| "Unknown".to_owned());
    // Microwatt beside microwatt-hours, or microampere beside microampere-hours.
    let flow = level.as_ref().and_then(|(now, what)| {
        let flow = number(if what == "energy" { "power_now" } else { "current_now" })?.abs();
        (flow > 0.0).then(|| now * 3600.0 / flow)
    });
    let seconds_left = number("time_to_empty_now").or(flow).filter(|_| status == "Discharging");
    Some(Battery {
        name: name.into(),
        percent: percent.clamp(0.0, 100.0),
        status: status.into(),
        seconds_left,
    })
}
