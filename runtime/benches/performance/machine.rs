//! The machine and the date of the measurement.

use std::fs;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Returns the processor, the number of usable cores, and the load.
pub(crate) fn description() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{model}, {cores} cores, load {load}, {}", date())
}

/// Returns the current date in UTC.
pub(crate) fn date() -> String {
    let now = DateTime::from(SystemTime::now()).fmt(Format::DateTime).unwrap();
    now.split('T').next().unwrap_or_default().to_owned()
}
