//! How much memory the process has.

use std::fs;

/// From here on, the peak is that of what is done next: what came before may have needed more than it has kept.
pub(crate) fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// What it has now, in kilobytes, where the system tells.
pub(crate) fn now() -> Option<u64> {
    kilobytes("VmRSS:")
}

/// The most that it had, in kilobytes, where the system tells.
pub(crate) fn peak() -> Option<u64> {
    kilobytes("VmHWM:")
}

fn kilobytes(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|found| found.strip_prefix(line))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}
