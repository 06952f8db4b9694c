//! Installs and builds the peers, once, under `target/peers/`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use super::error::PeerError;

/// A Python program in its own folder, with a list of the packages that it needs.
pub(super) struct PythonProgram {
    name: &'static str,
    folder: &'static str,
    file: &'static str,
}

pub(super) const PYTHON: PythonProgram = PythonProgram { name: "the Python peer", folder: "python", file: "peer.py" };

pub(super) const KMS: PythonProgram = PythonProgram { name: "the KMS of the peers", folder: "kms", file: "kms.py" };

/// A Java program in its own folder, with a `pom.xml`.
pub(super) struct JavaProgram {
    name: &'static str,
    folder: &'static str,
    class: &'static str,
}

pub(super) const JAVA: JavaProgram = JavaProgram { name: "the Java peer", folder: "java", class: "peer.Peer" };

pub(super) const DBESDK: JavaProgram = JavaProgram { name: "the DB-ESDK peer", folder: "dbesdk", class: "Peer" };

/// The programs that prepare and run the peers, and the folder for their files.
pub(super) struct Tools {
    pub(super) python: PathBuf,
    pub(super) java: PathBuf,
    pub(super) maven: PathBuf,
    pub(super) folder: PathBuf,
}

impl Tools {
    pub(super) fn of_this_machine() -> Self {
        Self {
            python: "python3".into(),
            java: "java".into(),
            maven: "mvn".into(),
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers"),
        }
    }
}

/// Installs the packages of a Python program, and returns the command that runs it.
pub(super) fn python(tools: &Tools, program: &PythonProgram) -> Result<Command, PeerError> {
    let version = version(&tools.python, "--version", &format!("{} needs python3", program.name))?;
    let sources = sources().join(program.folder);
    let requirements = sources.join("requirements.txt");
    let folder = tools.folder.join(program.folder);
    let interpreter = folder.join("bin/python");
    let inputs = format!("{version}{}", read(&requirements)?);
    once(&folder, program.name, &inputs, || {
        run(Command::new(&tools.python).args(["-m", "venv"]).arg(&folder), "make a virtual environment")?;
        let mut pip = Command::new(&interpreter);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
        run(&mut pip, "install Python packages")
    })?;
    let mut command = Command::new(interpreter);
    // Without -B, Python would write files among the sources.
    command.arg("-B").arg(sources.join(program.file));
    Ok(command)
}

/// Builds a Java program, and returns the command that runs it.
pub(super) fn java(tools: &Tools, program: &JavaProgram) -> Result<Command, PeerError> {
    let JavaProgram { name, folder, class } = program;
    version(&tools.java, "-version", &format!("{name} needs java 17 or later"))?;
    version(&tools.maven, "--version", &format!("{name} needs mvn"))?;
    let sources = sources().join(folder);
    let folder = tools.folder.join(folder);
    once(&folder, name, &text_of(&sources)?, || {
        let build = |network: &[&str]| {
            let mut maven = Command::new(&tools.maven);
            maven.args(["--batch-mode", "--quiet"]).args(network).arg("--file").arg(sources.join("pom.xml"));
            maven.arg(format!("-Dbuild.folder={}", folder.display())).arg("compile");
            run(&mut maven, &format!("build {name}"))
        };
        // The first attempt uses only the packages that were downloaded before. A failing network is tried twice.
        build(&["--offline"]).or_else(|_| build(&[])).or_else(|_| build(&[]))
    })?;
    let mut command = Command::new(&tools.java);
    let classes = [folder.join("classes"), folder.join("dependency/*")];
    command.args(["-XX:+UseSerialGC", "-cp"]).arg(std::env::join_paths(classes).unwrap_or_default()).arg(class);
    Ok(command)
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

fn version(program: &Path, option: &str, need: &str) -> Result<String, PeerError> {
    match Command::new(program).arg(option).output() {
        Ok(output) => Ok(said(&output)),
        Err(error) => Err(PeerError::Missing(format!("{need}, and {} cannot be run: {error}", program.display()))),
    }
}

/// Calls `prepare` unless it succeeded before with the same inputs. `inputs` is the text of everything that the result
/// depends on.
///
/// A lock makes concurrent tests wait for the first of them.
fn once(
    folder: &Path,
    name: &str,
    inputs: &str,
    prepare: impl FnOnce() -> Result<(), PeerError>,
) -> Result<(), PeerError> {
    let attempt = || format!("prepare {name} in {}", folder.display());
    let io = |error: io::Error| PeerError::NotPrepared { attempt: attempt(), output: error.to_string() };
    let parent = folder.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(io)?;
    let lock = File::create(folder.with_extension("lock")).map_err(io)?;
    lock.lock().map_err(io)?;
    // The inputs are recorded inside the folder, so they are removed together with the result.
    let record = folder.join("inputs");
    if fs::read_to_string(&record).is_ok_and(|known| known == inputs) {
        return Ok(());
    }
    say(&format!("preparing {name}, once; this can take a minute"));
    let start = Instant::now();
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io)?;
    }
    prepare()?;
    fs::write(&record, inputs).map_err(io)?;
    say(&format!("{name} is ready after {:.1} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// Writes to the real standard error, because the test runner captures the output of the print macros.
pub(super) fn say(line: &str) {
    // A failure to print progress is not an error.
    let _ = writeln!(io::stderr(), "{line}");
}

fn run(command: &mut Command, attempt: &str) -> Result<(), PeerError> {
    let not_prepared = |output| PeerError::NotPrepared { attempt: attempt.to_owned(), output };
    let output = command.output().map_err(|error| not_prepared(error.to_string()))?;
    if output.status.success() { Ok(()) } else { Err(not_prepared(said(&output))) }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Returns the text of every file in a folder, in the order of their names.
fn text_of(folder: &Path) -> Result<String, PeerError> {
    let listed = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<PathBuf> =
        listed.map_err(|error| unreadable(folder, &error))?.iter().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().map(|path| if path.is_dir() { text_of(path) } else { read(path) }).collect()
}

fn read(path: &Path) -> Result<String, PeerError> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> PeerError {
    PeerError::NotPrepared { attempt: format!("read {}", path.display()), output: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn tools(folder: &Path) -> Tools {
        let nowhere = folder.join("no-such-program");
        Tools { python: nowhere.clone(), java: nowhere.clone(), maven: nowhere, folder: folder.to_owned() }
    }

    #[test]
    fn a_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (prepared, need) in
            [(python(&tools(folder.path()), &PYTHON), "python3"), (java(&tools(folder.path()), &JAVA), "java 17")]
        {
            let Err(PeerError::Missing(reason)) = prepared else { panic!("{prepared:?}") };
            assert!(reason.contains(need), "{reason}");
        }
        let without_maven = Tools { java: "true".into(), ..tools(folder.path()) };
        let Err(PeerError::Missing(reason)) = java(&without_maven, &JAVA) else { panic!() };
        assert!(reason.contains("mvn"), "{reason}");
    }

    #[test]
    fn a_failing_program_is_quoted() {
        let mut command = Command::new("sh");
        let error = run(command.args(["-c", "echo all is lost >&2; exit 1"]), "build").unwrap_err();
        assert_eq!(error.to_string(), "cannot build:\nall is lost\n");
    }

    #[test]
    fn concurrent_tests_prepare_once() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("peers/test");
        let count = AtomicUsize::new(0);
        let prepare = || {
            thread::sleep(Duration::from_millis(50));
            count.fetch_add(1, Ordering::SeqCst);
            fs::create_dir(&target).unwrap();
            Ok(())
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| once(&target, "test", "inputs", prepare).unwrap());
            }
        });
        assert_eq!(count.into_inner(), 1);
    }

    #[test]
    fn a_changed_source_or_a_failure_is_prepared_again() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("test");
        let count = Cell::new(0);
        let prepare = |inputs: &str, succeed: bool| {
            once(&target, "test", inputs, || {
                count.set(count.get() + 1);
                fs::create_dir(&target).unwrap();
                if succeed { Ok(()) } else { Err(PeerError::Missing("on purpose".to_owned())) }
            })
        };
        prepare("one", true).unwrap();
        prepare("two", false).unwrap_err();
        prepare("one", true).unwrap();
        prepare("one", true).unwrap();
        assert_eq!(count.get(), 3);
    }
}
