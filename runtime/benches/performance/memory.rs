//! The memory use of the process.

use std::fs;

/// Resets the peak, because earlier work may have needed more memory.
pub(crate) fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Returns the current memory in kilobytes, if the system reports it.
pub(crate) fn now() -> Option<u64> {
    kilobytes("VmRSS:")
}

/// Returns the peak memory in kilobytes, if the system reports it.
pub(crate) fn peak() -> Option<u64> {
    kilobytes("VmHWM:")
}

fn kilobytes(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|found| found.strip_prefix(line))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}
