//! The documented shape of `--json`, compared with the output.
#![cfg(feature = "kms")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use dynaseal::danger;
use dynaseal::embedded::Database;
use dynaseal_examples::StoredFormat;
use dynaseal_examples::key_store::on_trial;
use serde_json::Value;

use super::records::Club;
use super::{database_of, inspect};

const SHAPE: &str = include_str!("../../src/inspect/shape.txt");

/// The paths of the document, with the types of their values.
type Paths = BTreeMap<String, BTreeSet<&'static str>>;

/// Each documented path with its type, which ends with `?` if it can be null.
fn documented() -> BTreeMap<&'static str, &'static str> {
    let lines = SHAPE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let paths = lines.filter(|words| words.first().is_some_and(|word| *word == "table" || word.starts_with("items[]")));
    paths.map(|words| (words[0], words[1])).collect()
}

fn collect(value: &Value, path: &str, paths: &mut Paths) {
    let kind = match value {
        Value::Object(members) if path == "items[].description" => {
            return members.values().for_each(|value| collect(value, &format!("{path}.*"), paths));
        }
        Value::Object(members) => {
            let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            return members.iter().for_each(|(name, value)| collect(value, &below(name), paths));
        }
        Value::Array(_) if documented().contains_key(path) => "list",
        Value::Array(entries) => {
            return entries.iter().for_each(|entry| collect(entry, &format!("{path}[]"), paths));
        }
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
    };
    paths.entry(path.to_owned()).or_default().insert(kind);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shape_of_the_json_is_the_documented_one() {
    let club = Club::new().await;
    let mut printed = vec![
        club.inspect("members", &["--json", "--action=logins=nothing", "--key-store=branch-keys"]),
        club.inspect("members", &["--json"]),
        club.inspect("branch-keys", &["--json", "--key-store=branch-keys"]),
    ];
    let database = Database::open(club.folder.path().join("club.db")).unwrap();
    danger::shred(&on_trial(&database, "branch-keys").unwrap(), "rowing").await.unwrap();
    printed.push(club.inspect("branch-keys", &["--json"]));
    for format in [StoredFormat::Ddbec, StoredFormat::Dbesdk] {
        let (_folder, arguments) = tokio::task::spawn_blocking(move || database_of(format)).await.unwrap();
        for more in ["--action=logins=nothing", "--action=salary=nothing"] {
            printed.push(inspect(arguments.iter().map(String::as_str).chain(["--json", more])));
        }
    }

    let file = club.folder.path().join("record.json");
    fs::write(&file, r#"{"branch-key-id": {"S": "chess"}, "type": {"S": "branch:ACTIVE"}}"#).unwrap();
    printed.push(inspect(["--json", "--file", file.to_str().unwrap()]));

    let mut paths = Paths::new();
    for output in &printed {
        collect(&output.json(), "", &mut paths);
    }
    let documented = documented();
    for (path, kinds) in &paths {
        // An object or a list that an item does not have.
        let is_optional = documented.keys().any(|known| known.starts_with(&format!("{path}.")));
        match documented.get(path.as_str()) {
            Some(known) => {
                let expected = known.trim_end_matches('?');
                let fits = |kind: &&str| *kind == expected || *kind == "null" && known.ends_with('?');
                assert!(kinds.iter().all(fits), "{path} is {kinds:?} and not {known}");
            }
            None => assert!(is_optional && kinds.iter().all(|kind| *kind == "null"), "{path} is not documented"),
        }
    }
    for path in documented.keys() {
        assert!(paths.contains_key(*path), "{path} is documented and never printed");
    }
    let formats: BTreeSet<String> = printed
        .iter()
        .flat_map(|output| output.json()["items"].as_array().unwrap().clone())
        .map(|item| item["format"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(formats.len(), 3, "{formats:?}");
    assert!(inspect(["--help"]).stdout.contains("items[].beacons[].hashes"));
}
