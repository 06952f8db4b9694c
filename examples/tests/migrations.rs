//! The programs that migrate a table, run as a user runs them: their effects, output and exit codes.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::future::IntoFuture as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::materials::KeyFileProvider;
use dynaseal::{Item, Repository};
use dynaseal_examples::staff::Employee;
use tempfile::TempDir;

const REENCRYPT: &str = env!("CARGO_BIN_EXE_reencrypt");
const IMPORT: &str = env!("CARGO_BIN_EXE_import_plaintext");
const CHECK: &str = env!("CARGO_BIN_EXE_check_items");

/// A folder in which programs run.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, program: &str, arguments: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).args(["--database", "staff.sqlite"]).args(arguments.split_whitespace());
        command
    }

    /// Returns the exit code and the output.
    #[track_caller]
    fn run(&self, program: &str, arguments: &str, code: i32) -> String {
        let Output { status, stdout, stderr } = self.command(program, arguments).output().unwrap();
        let said = format!("{}{}", String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        assert_eq!(status.code(), Some(code), "{program} {arguments}: {said}");
        said
    }

    /// Kills the program after it has begun: with one request per second it is far from complete.
    #[track_caller]
    fn begin(&self, program: &str, arguments: &str) {
        let checkpoint = self.path().join("reencrypt.checkpoint");
        let mut child = self.command(program, arguments).args(["--requests-per-second", "1"]).spawn().unwrap();
        while !checkpoint.exists() {
            assert_eq!(child.try_wait().unwrap(), None, "it ended before it began");
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Adds an empty table with the same keys.
    fn create_table(&self, name: &str) {
        let client = Database::open(self.path().join("staff.sqlite")).unwrap().client();
        let keys = KeyFileProvider::open(self.path().join("new")).unwrap();
        let table: Repository<Employee> = Repository::builder(client).table(name).materials(keys).build();
        tokio::runtime::Runtime::new().unwrap().block_on(table.create_table().into_future()).unwrap();
    }

    /// Changes the stored item of an employee.
    fn change(&self, id: &str, change: impl FnOnce(&mut Item)) {
        let client = Database::open(self.path().join("staff.sqlite")).unwrap().client();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let key = dynaseal::AttributeValue::S(id.to_owned());
            let read = client.get_item().table_name("employees").key("employee_id", key);
            let mut item = read.send().await.unwrap().item.unwrap();
            change(&mut item);
            client.put_item().table_name("employees").set_item(Some(item)).send().await.unwrap();
        });
    }

    /// Changes a signed attribute directly in the table.
    fn damage(&self, id: &str) {
        let theirs = dynaseal::AttributeValue::S("Owners".to_owned());
        self.change(id, |item| drop(item.insert("department".to_owned(), theirs)));
    }
}

#[test]
fn a_table_moves_to_new_keys() {
    let folder = Folder::new();
    let run =
        |arguments: &str, code| folder.run(REENCRYPT, &format!("--old-keys old --new-keys new {arguments}"), code);
    assert!(run("", 2).contains("there is no staff.sqlite; `--sample 1000` makes one"));
    let dry = run("--sample 20", 0);
    assert!(dry.contains("20 would be rewritten") && dry.contains("Run it with --write to do it"), "{dry}");
    assert!(run("--sample 20", 2).contains("leave `--sample` out"));
    folder.damage("e-3");
    let dry = run("", 1);
    assert!(dry.contains("19 would be rewritten") && dry.contains("1 left") && dry.contains("--list"), "{dry}");

    let halves = ["0..2", "2..4"].map(|segments| {
        let arguments =
            format!("--old-keys old --new-keys new --write --list --only-segments {segments} --checkpoint {segments}");
        let Output { status, stdout, .. } = folder.command(REENCRYPT, &arguments).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap())
    });
    assert_eq!(halves[0].0 + halves[1].0, 1, "one half has the item that is left: {halves:?}");
    assert!(halves.iter().any(|(_, said)| said.contains("e-3: the item failed verification")), "{halves:?}");
    let done = run("--list", 1);
    assert!(done.contains("19 up to date already") && done.contains("There is nothing to write"), "{done}");
    assert!(!folder.path().join("reencrypt.checkpoint").exists(), "a dry run has none");
}

#[test]
fn a_checkpoint_of_other_keys_or_another_table_is_rejected() {
    let folder = Folder::new();
    let run = |arguments: &str, code| folder.run(REENCRYPT, arguments, code);
    run("--old-keys old --new-keys new --sample 30", 0);
    folder.create_table("others");
    assert!(run("--old-keys old --new-keys new --write --table typo", 2).contains("the table or index does not exist"));
    folder.begin(REENCRYPT, "--old-keys old --new-keys new --write");
    let back = run("--old-keys new --new-keys old --write", 2);
    assert!(back.contains("another \"older versions\" (\"of old before new\""), "{back}");
    let other = run("--old-keys old --new-keys new --write --table others", 2);
    assert!(
        other.contains("another \"logical table name\" (employees)") && other.contains("name another file"),
        "{other}"
    );
    fs::write(folder.path().join("reencrypt.checkpoint"), "").unwrap();
    assert!(run("--old-keys old --new-keys new --write", 2).contains("is not a dynaseal checkpoint"));
    run("--old-keys old --new-keys new --write --checkpoint another", 0);
}

#[test]
fn a_table_in_plaintext_is_imported_once() {
    let folder = Folder::new();
    let run = |arguments: &str, code| folder.run(IMPORT, &format!("--keys key {arguments}"), code);
    assert!(run("--sample 10", 0).contains("Run it with --write --begin to do it"));
    assert!(run("--begin", 2).contains("--write"), "it does not begin without writing");
    assert!(run("--write", 2).contains("call `begin`"));
    let half = dynaseal::AttributeValue::S("half of a signature".to_owned());
    folder.change("e-3", |item| drop(item.insert("*amzn-ddb-map-sig*".to_owned(), half)));
    let left = run("--write --begin", 1);
    assert!(left.contains("the import is not finished") && left.contains("--list"), "{left}");
    assert!(run("--write --begin", 2).contains("go on from there, without `begin`"));
    assert!(run("--write --list", 1).contains("e-3: "));

    // The item is reviewed and restored.
    folder.change("e-3", |item| drop(item.remove("*amzn-ddb-map-sig*")));
    let still = run("", 0);
    assert!(still.contains("1 would be rewritten"), "{still}");
}

#[test]
fn items_that_no_version_reads_are_listed() {
    let folder = Folder::new();
    let run = |arguments: &str, code| folder.run(CHECK, &format!("--keys key {arguments}"), code);
    let all = run("--sample 20", 0);
    assert!(all.contains("20 items, 0 of them in plaintext, 0 that no version reads"), "{all}");
    assert!(all.contains("cannot read 10 or more: \"salary\" was written as SignOnly"), "{all}");
    assert!(all.contains("Run it with --write to move the others"), "{all}");
    folder.damage("e-3");
    assert!(run("", 1).contains("Run it with --list to see which"));
    let listed = run("--list", 1);
    assert!(
        listed.contains("e-3: the item failed verification") && listed.contains("1 that no version reads"),
        "{listed}"
    );
    let moved = run("--write", 1);
    assert!(moved.contains("10 rewritten, 9 up to date already, 1 left"), "{moved}");
}

#[test]
fn arguments_are_explained_and_checked() {
    let folder = Folder::new();
    for (program, keys) in [(REENCRYPT, "--old-keys old --new-keys new"), (IMPORT, "--keys key"), (CHECK, "--keys key")]
    {
        let help = folder.run(program, "--help", 0);
        for expected in ["Exit codes: 0", "--write", "--checkpoint", "--sample", "Try it"] {
            assert!(help.contains(expected), "{program}: {expected}: {help}");
        }
        folder.run(program, &format!("{keys} --sample 1"), 0);
        for (wrong, complaint) in [
            ("--segments 0", "1 to 10000 segments"),
            ("--segments x", "invalid value"),
            ("--only-segments 2", "write two numbers"),
            ("--only-segments 3..5", "segments 3..5 do not exist among 4"),
            ("--requests-per-second 0", "raise the bound"),
            ("--table nowhere", "the table or index does not exist"),
            ("--wrote", "--write"),
        ] {
            let said = folder.run(program, &format!("{keys} {wrong}"), 2);
            assert!(said.contains(complaint), "{program} {wrong}: {said}");
        }
        fs::remove_file(folder.path().join("staff.sqlite")).unwrap();
    }
}

/// A failure to print is an error, and does not interrupt the work.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_for_the_output_is_reported() {
    let folder = Folder::new();
    folder.run(CHECK, "--keys key --sample 5", 0);
    folder.damage("e-3");
    for arguments in ["--keys key --list", "--keys key --list --write"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = folder.command(CHECK, arguments).stdout(Stdio::from(full)).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: ") && !said.contains("panicked"), "{said}");
    }
    assert!(folder.run(CHECK, "--keys key", 1).contains("reads 4"));
}
