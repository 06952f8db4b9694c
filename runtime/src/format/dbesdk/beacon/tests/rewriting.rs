//! The rewriting of comparisons by version 3.9.0 of the Java client, and the differences.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::ErrorKind;
use crate::format::vectors::read;
use crate::item::Item;

use super::super::{BeaconKeySet, Beacons, Comparison};
use super::configuration::Configuration;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    config: Configuration,
    cases: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Query {
    filter: Option<String>,
    key: Option<String>,
    values: Option<serde_dynamo::Item>,
}

#[derive(Deserialize)]
struct Sent {
    values: Option<serde_dynamo::Item>,
    error: Option<String>,
}

/// Returns the name and the kind of a comparison with `:a`.
fn comparison(expression: &str) -> Option<(&str, Comparison)> {
    let call = |function: &str| expression.strip_prefix(function).and_then(|rest| rest.strip_suffix(", :a)"));
    if let Some(name) = call("contains(") {
        return Some((name, Comparison::Membership));
    }
    if let Some(name) = call("begins_with(") {
        return Some((name, Comparison::Beginning));
    }
    let comparator = |suffix: &str, comparison| expression.strip_suffix(suffix).map(|name| (name, comparison));
    let found = comparator(" = :a", Comparison::Equality)
        .or_else(|| comparator(" < :a", Comparison::Order))
        .or_else(|| comparator(" > :a", Comparison::Order))?;
    (!found.0.contains([' ', '(', '#'])).then_some(found)
}

#[test]
fn comparisons_are_rewritten_as_by_the_java_client() {
    let Some(Vectors { vectors }) = read("beacons/beacons_behaviour_java390.json") else { return };
    let (mut same, mut rejected, mut torn, mut differ) = (0, 0, 0, Vec::new());
    for Vector { config, cases } in vectors {
        // Tenants and positions of two digits have their own tests.
        let Ok(beacons) = Beacons::new(&config.schema(str::to_owned), &config.actions()) else { continue };
        let root = Sha256::digest(if config.multi.is_some() { "beacon:t1" } else { "beacon:k1" });
        let keys = BeaconKeySet::derive(&root, beacons.key_names()).unwrap();
        for case in cases {
            let Ok(query) = serde_json::from_value::<Query>(case["query"].clone()) else { continue };
            let Ok(sent) = serde_json::from_value::<Sent>(case["result"].clone()) else { continue };
            let (Some(expression), Some(values)) = (query.filter.or(query.key), query.values) else { continue };
            let Some((name, comparison)) = comparison(&expression) else { continue };
            let Some(beacon) = beacons.searched(name) else { continue };
            let values = Item::from(values);
            let ours = beacon.hashes(comparison, &values[":a"], &keys, &[0]);
            match (ours, sent) {
                // The client reads `NOT es` and `OR der`, and sends the value unchanged.
                (Ok(hashes), Sent { values: Some(sent), .. }) if ["notes", "order"].contains(&name) => {
                    assert_eq!(Item::from(sent), values, "{expression}");
                    assert_ne!(hashes, [values[":a"].clone()], "{expression}");
                    torn += 1;
                }
                (Ok(hashes), Sent { values: Some(sent), .. }) => {
                    assert_eq!(hashes, [Item::from(sent)[":a"].clone()], "{expression}");
                    same += 1;
                }
                (Err(error), Sent { error: Some(_), .. }) => {
                    assert_eq!(error.kind(), ErrorKind::Usage);
                    rejected += 1;
                }
                (Err(error), _) => {
                    assert_eq!(error.kind(), ErrorKind::Usage);
                    differ.push(expression);
                }
                (Ok(_), Sent { error, .. }) => {
                    // The query names a tenant, which the Java client does not find in it.
                    assert!(config.multi.is_some(), "{expression}: {error:?}");
                }
            }
        }
    }
    differ.sort_unstable();
    differ.dedup();
    assert_eq!(torn, 2);
    assert_eq!((same, rejected), (10, 1));
    // The response would not depend on the value: a part of a hash, a member where a set is compared, or a piece in the
    // middle of a compound beacon.
    let is_known = |expression: &String| {
        let known = ["contains(e2, :a)", "tags = :a", "contains(c, :a)"];
        known.contains(&expression.as_str())
    };
    assert!(differ.len() == 3 && differ.iter().all(is_known), "{differ:?}");
}
