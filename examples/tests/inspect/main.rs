//! `inspect` on what the Java and Python clients wrote, on an embedded database, and on what it must reject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod records;
mod shape;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::embedded::Database;
use dynaseal::materials::{KeyFileProvider, MetaStore, MostRecentProvider};
use dynaseal::{EncryptedItem, ItemEncryptor, Repository};
use dynaseal_examples::StoredFormat;
use serde_json::Value;
use tempfile::TempDir;

struct Output {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Output {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

fn inspect<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    inspect_into(Stdio::piped(), arguments)
}

fn inspect_into<S: AsRef<OsStr>>(standard_output: Stdio, arguments: impl IntoIterator<Item = S>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inspect"));
    for variable in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_DYNAMODB"] {
        command.env_remove(variable);
    }
    let output = command.args(arguments).stdout(standard_output).stderr(Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Output { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn fixtures() -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let clients = ["java", "python"].map(|client| fs::read_dir(folder.join(client)).unwrap());
    let paths = clients.into_iter().flatten().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())).collect()
}

/// A key as a file holds it: a secret in hexadecimal, the private or public half of a pair as PEM.
fn key_text(key: &Value, half: &str) -> String {
    match key["secret"].as_str() {
        Some(secret) => STANDARD.decode(secret).unwrap().iter().map(|byte| format!("{byte:02x}")).collect(),
        None => {
            let label = format!("{} KEY", half.to_uppercase());
            let base64 = key[half].as_str().unwrap().as_bytes().chunks(64).map(String::from_utf8_lossy);
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Writes a fixture's items and keys into files, and returns the arguments that name them and their actions.
fn arguments(fixture: &Value, folder: &TempDir) -> Vec<String> {
    let (provider, context) = (&fixture["setup"]["provider"], &fixture["setup"]["context"]);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut arguments = vec!["--json".to_owned()];
    let mut give = |option: &str, value: &str| arguments.push(format!("{option}={value}"));
    let provider = match provider["store_table"].as_str() {
        Some(table) => {
            give("--metastore", table);
            give("--metastore-records", &write("records.json", &fixture["store"].to_string()));
            &provider["store_provider"]
        }
        None => provider,
    };
    for (option, name) in
        [("--signing-key", "signing_key"), ("--wrapping-key", "wrapping_key"), ("--content-key", "encryption_key")]
    {
        if provider[name].is_object() {
            // To verify, the public half is enough.
            let half = if name == "signing_key" { "public" } else { "private" };
            give(option, &write(name, &key_text(&provider[name], half)));
        }
    }
    for (option, name) in
        [("--logical-table-name", "table_name"), ("--partition-key", "partition_key"), ("--sort-key", "sort_key")]
    {
        if let Some(value) = context[name].as_str() {
            give(option, value);
        }
    }
    let word = |action: &Value| match action.as_str() {
        Some("encrypt_and_sign") => "encrypt",
        Some("sign_only") => "sign",
        _ => "nothing",
    };
    let actions = &fixture["setup"]["actions"];
    give("--default-action", word(&actions["default"]));
    // In a file, since no command line can hold some of the names.
    let named: BTreeMap<_, _> =
        actions["overrides"].as_object().unwrap().iter().map(|(name, action)| (name, word(action))).collect();
    give("--actions-file", &write("actions.json", &serde_json::to_string(&named).unwrap()));
    let stored: Vec<&Value> = fixture["items"].as_array().unwrap().iter().map(|pair| &pair["stored"]).collect();
    give("--file", &write("items.json", &serde_json::to_string(&stored).unwrap()));
    arguments
}

#[test]
fn items_of_the_java_and_python_clients_verify() {
    let mut verified = BTreeMap::<String, usize>::new();
    for (path, fixture) in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let output = inspect(arguments(&fixture, &folder));
        assert_eq!(output.code, Some(0), "{}: {}{}", path.display(), output.stdout, output.stderr);
        let json = output.json();
        for (report, pair) in json["items"].as_array().unwrap().iter().zip(fixture["items"].as_array().unwrap()) {
            assert_eq!(report["verification"], "verified");
            assert!(report["plain_size"].as_u64() < report["stored_size"].as_u64(), "{report}");
            let attributes = report["attributes"].as_array().unwrap();
            assert_eq!(attributes.len(), pair["plaintext"].as_object().unwrap().len());
            // A signature says nothing about what is not signed.
            let proven =
                |attribute: &Value| (attribute["certainty"] == "verified") == (attribute["protection"] != "plain");
            assert!(attributes.iter().all(proven), "{report}");
            *verified.entry(fixture["written_by"]["client"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    println!("verified: {verified:?}");
    assert_eq!(verified.len(), 2);
    assert!(verified.values().all(|count| *count >= 200), "{verified:?}");
}

#[test]
fn changed_items_do_not_verify() {
    let wanted = "java/static-aes-192-hmacsha256.json";
    let (_, mut fixture) = fixtures().into_iter().find(|(path, _)| path.ends_with(wanted)).unwrap();
    fixture["items"][0]["stored"]["*amzn-ddb-map-sig*"]["B"] = STANDARD.encode([0; 32]).into();
    let folder = tempfile::tempdir().unwrap();
    let output = inspect(arguments(&fixture, &folder));
    assert_eq!(output.code, Some(3), "{}", output.stderr);
    let json = output.json();
    assert_eq!(json["items"][0]["verification"], "failed");
    assert_eq!(json["items"][0]["plain_size"], Value::Null);
    assert!(json["items"][0]["reason"].as_str().unwrap().contains("failed verification"));
}

/// Algorithms and the versions of keys can be read without any key.
#[test]
fn the_material_description_is_shown() {
    for (path, fixture) in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("item.json");
        fs::write(&file, fixture["items"][0]["stored"].to_string()).unwrap();
        let output = inspect([Path::new("--json"), Path::new("--file"), &file]);
        assert_eq!(output.code, Some(0), "{}: {}", path.display(), output.stderr);
        let report = &output.json()["items"][0];
        assert_eq!(report["verification"], "not_tried");
        let expected = match fixture["setup"]["provider"]["type"].as_str().unwrap() {
            "static" => "StaticProvider",
            "wrapped" => "WrappedProvider or KeyFileProvider",
            "kms" => "DirectKmsProvider",
            _ => "MostRecentProvider",
        };
        assert_eq!(report["provider"], expected, "{}", path.display());
        assert_eq!(report["signed"], true);
        if expected == "MostRecentProvider" {
            assert!(report["description"]["amzn-ddb-meta-id"].as_str().unwrap().contains('#'), "{report}");
        }
    }
}

#[derive(Clone, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

fn employee(id: &str) -> Employee {
    Employee { employee_id: id.into(), salary: 4_242_424_242, department: "Legal".into(), logins: 7 }
}

/// A database with two employees, and its key file.
fn database() -> (TempDir, Vec<String>) {
    database_of(StoredFormat::Ddbec)
}

fn database_of(format: StoredFormat) -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (data, key_file) = (folder.path().join("staff.db"), folder.path().join("staff.key"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Database::open(&data).unwrap().client();
        let encryptor = format.encryptor(&key_file).unwrap();
        let employees: Repository<Employee> =
            Repository::builder(client).table("employees").encryptor(encryptor).build();
        employees.create_table().await.unwrap();
        for id in ["e-1", "e-2"] {
            employees.create(&employee(id)).await.unwrap();
        }
    });
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let arguments = ["--table", "employees", "--embedded", &text(&data), "--key-file", &text(&key_file)];
    (folder, arguments.map(str::to_owned).to_vec())
}

/// What is documented of `--json` for such items.
#[test]
fn items_of_the_database_encryption_sdk_are_described() {
    let (_folder, arguments) = database_of(StoredFormat::Dbesdk);
    let with = |more: &[&str]| inspect(arguments.iter().map(String::as_str).chain(more.iter().copied()));
    let told = with(&["--action", "logins=nothing", "--json"]);
    assert_eq!(told.code, Some(0), "{}{}", told.stdout, told.stderr);
    let json = told.json();
    let report = &json["items"][0];
    assert_eq!((&report["format"], &report["verification"]), (&Value::from("dbesdk"), &Value::from("verified")));
    let facts = &report["dbesdk"];
    assert_eq!((facts["version"].as_u64(), facts["suite"].as_str()), (Some(1), Some("6700")));
    assert_eq!(facts["signed_attributes"].as_u64(), Some(report["attributes"].as_array().unwrap().len() as u64 - 1));
    assert_eq!(facts["footer_size"].as_u64(), Some(48));
    let recipient = &facts["recipients"][0];
    assert_eq!(
        (&recipient["provider_id"], &recipient["key_name"]),
        (&Value::from("dynaseal"), &Value::from("key-file"))
    );
    let shown = |report: &Value, name: &str| {
        let attributes = report["attributes"].as_array().unwrap();
        let found = attributes.iter().find(|attribute| attribute["name"] == name).unwrap();
        [&found["protection"], &found["certainty"]].map(|word| word.as_str().unwrap().to_owned())
    };
    assert_eq!(shown(report, "salary"), ["encrypted_and_signed", "verified"]);
    assert_eq!(shown(report, "department"), ["signed", "verified"]);
    assert_eq!(shown(report, "logins"), ["plain", "given"]);

    // Without keys, the items' own records are shown; and what is unsigned has to be named.
    let keyless: Vec<&str> = arguments.iter().map(String::as_str).take(4).collect();
    let output = inspect(keyless.iter().copied().chain(["--action", "logins=nothing", "--json"]));
    assert_eq!(shown(&output.json()["items"][0], "salary"), ["encrypted_and_signed", "recorded"]);
    let text = inspect(keyless.iter().copied().chain(["--action", "logins=nothing"])).stdout;
    for line in
        ["suite       6700, no digital signature", "recipient   dynaseal key-file", "not verified: no keys were given"]
    {
        assert!(text.contains(line), "{text}");
    }
    let forgotten = with(&[]);
    assert_eq!(forgotten.code, Some(3));
    assert!(forgotten.stdout.contains("signed attributes"), "{}", forgotten.stdout);
    for value in ["e-1", "4242424242", "Legal"] {
        assert!(!text.contains(value) && !told.stdout.contains(value), "{value} is shown");
    }
}

#[test]
fn a_table_of_an_embedded_database_is_shown_without_its_values() {
    let (_folder, arguments) = database();
    let with = |more: &[&str]| inspect(arguments.iter().map(String::as_str).chain(more.iter().copied()));
    // Unsigned attributes look like signed ones, so the guess has to be corrected.
    let guessed = with(&[]);
    assert_eq!(guessed.code, Some(3), "{}{}", guessed.stdout, guessed.stderr);
    assert!(guessed.stdout.contains("NOT VERIFIED") && guessed.stdout.contains(", by its looks"), "{}", guessed.stdout);

    let told = with(&["--action", "logins=nothing"]);
    assert_eq!(told.code, Some(0), "{}{}", told.stdout, told.stderr);
    let text = &told.stdout;
    assert_eq!(text.matches("verified with the given keys").count(), 2, "{text}");
    for (name, protection) in [
        ("salary", "encrypted and signed, verified"),
        ("department", "signed, verified"),
        ("employee_id", "signed, verified"),
        ("logins", "plain, as you say"),
    ] {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        assert!(line.ends_with(&format!("  {protection}")), "{line}");
    }
    for value in ["e-1", "4242424242", "Legal"] {
        assert!(!text.contains(value), "{value} is shown:\n{text}");
    }
    for word in ["before encryption", "wrapping", "AESWrap", "HmacSHA256", "Item 2 of 2"] {
        assert!(text.contains(word), "{word} is missing:\n{text}");
    }

    let one = with(&["--json", "--action=logins=nothing", "--key", r#"{"employee_id": {"S": "e-2"}}"#]);
    assert_eq!(one.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(one.json()["table"], "employees");
}

/// A reader that has seen enough is none of the program's business; a full disk is.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_of_the_report_does_not_panic() {
    let (_folder, arguments) = database();
    for format in [None, Some("--json")] {
        let arguments = arguments.iter().map(String::as_str).chain(["--action=logins=nothing"]).chain(format);
        let arguments: Vec<&str> = arguments.collect();
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let unread = inspect_into(writer.into(), &arguments);
        assert_eq!((unread.code, unread.stderr.as_str()), (Some(0), ""));

        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let lost = inspect_into(full.into(), &arguments);
        assert_eq!(lost.code, Some(1), "{}", lost.stderr);
        assert!(lost.stderr.starts_with("error: ") && !lost.stderr.contains("panicked"), "{}", lost.stderr);
    }
}

/// The keys of items whose table and metastore are in one database.
#[test]
fn versions_of_a_metastore_verify() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key_file) = (folder.path().join("staff.db"), folder.path().join("staff.key"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Database::open(&data).unwrap().client();
        let records = ItemEncryptor::new(KeyFileProvider::create(&key_file).unwrap());
        let store = MetaStore::new(client.clone(), "keys", records);
        store.create_table().await.unwrap();
        let provider = MostRecentProvider::new(store, "employees", Duration::from_secs(60)).unwrap();
        let employees: Repository<Employee> =
            Repository::builder(client).table("employees").materials(Arc::new(provider)).build();
        employees.create_table().await.unwrap();
        employees.create(&employee("e-1")).await.unwrap();
    });
    let (data, key_file) = (data.to_str().unwrap(), key_file.to_str().unwrap());
    let keys = ["--key-file", key_file, "--metastore", "keys"];
    let table = ["--table", "employees", "--embedded", data, "--action", "logins=nothing"];
    let output = inspect([&table[..], &keys].concat());
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("material    employees#0"), "{}", output.stdout);

    // The records themselves are items of a key file.
    let records = inspect(["--table", "keys", "--embedded", data, "--key-file", key_file]);
    assert_eq!(records.code, Some(0), "{}{}", records.stdout, records.stderr);
    // What has no version of a key in it was not written with a metastore.
    let wrong = inspect([&["--table", "keys", "--embedded", data], &keys[..]].concat());
    assert_eq!(wrong.code, Some(3), "{}{}", wrong.stdout, wrong.stderr);
    assert!(wrong.stdout.contains("names no version of a key"), "{}", wrong.stdout);
}

#[test]
fn impossible_requests_are_reported() {
    let (folder, arguments) = database();
    let missing = folder.path().join("missing").to_str().unwrap().to_owned();
    let empty = folder.path().join("empty.json").to_str().unwrap().to_owned();
    fs::write(&empty, r#"{"id": 7}"#).unwrap();
    let alone = |arguments: &[&str]| -> Vec<String> { arguments.iter().map(|&argument| argument.to_owned()).collect() };
    let with = |more: &[&str]| [&arguments[..], &alone(more)].concat();
    for (arguments, code, words) in [
        (alone(&[]), 2, "--table"),
        (with(&["--key", r#"{"employee_id": {"S": "nobody"}}"#]), 1, "no item with this key"),
        (with(&["--key", "{"]), 1, "EOF"),
        (with(&["--action", "salary"]), 2, "NAME=ACTION"),
        (with(&["--action", "salary=hide"]), 2, "encrypt, sign or nothing"),
        (with(&["--limit", "0"]), 2, "--limit"),
        (alone(&["--table", "employees", "--embedded", &missing]), 1, "no such file"),
        (alone(&["--table", "employees"]), 1, "AWS_REGION"),
        (alone(&["--file", &missing]), 1, "missing"),
        (alone(&["--file", &empty]), 1, "DynamoDB JSON"),
        (alone(&["--file", &empty, "--key-file", &missing]), 1, "missing"),
        (alone(&["--file", &empty, "--signing-key", &empty]), 1, "not a key in hexadecimal"),
        (alone(&["--file", &empty, "--wrapping-key", &empty]), 2, "--signing-key"),
        (alone(&["--file", &empty, "--metastore-records", &empty]), 2, "--metastore"),
        (alone(&["--file", &empty, "--metastore", "keys"]), 1, "AWS_REGION"),
        (with(&["--metastore", "keys"]), 1, "metastore keys: "),
        (alone(&["--file", &empty, "--metastore", "keys", "--metastore-records", &empty]), 1, "keys of their own"),
    ] {
        let output = inspect(&arguments);
        assert_eq!(output.code, Some(code), "{arguments:?}: {}{}", output.stdout, output.stderr);
        assert!(output.stderr.contains(words), "{arguments:?}: {}", output.stderr);
    }
    let help = inspect(["--help"]);
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("Exit codes") && help.stdout.contains("Values are never shown"), "{}", help.stdout);
}
