//! The environment of the counts: only counts of the same environment can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The properties by name, as recorded.
pub(crate) type Environment = BTreeMap<String, String>;

/// Processor features that valgrind's emulated processor has if the real one has them. It never has others, such as SHA
/// and AVX-512, so that it emulates processors of several vendors and generations in the same way.
const PASSED_ON: [&str; 9] = ["ssse3", "sse4_2", "avx", "avx2", "bmi1", "abm", "f16c", "rdrand", "rdseed"];

pub(crate) fn current() -> Environment {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    [
        ("compiler", first_line(Command::new(rustc).arg("--version"))),
        ("valgrind", first_line(Command::new("valgrind").arg("--version"))),
        ("libc", first_line(Command::new("getconf").arg("GNU_LIBC_VERSION"))),
        ("processor", format!("{}: {}", std::env::consts::ARCH, processor_features())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn first_line(command: &mut Command) -> String {
    let output = command.output().ok().filter(|output| output.status.success());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.and_then(|text| text.lines().next().map(str::to_owned)).unwrap_or_else(|| "unknown".to_owned())
}

fn processor_features() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = processors.lines().find_map(|line| line.strip_prefix("flags")?.split_once(": "));
    let flags: Vec<&str> = flags.map(|(_, flags)| flags.split(' ').collect()).unwrap_or_default();
    PASSED_ON.into_iter().filter(|feature| flags.contains(feature)).collect::<Vec<_>>().join(" ")
}
