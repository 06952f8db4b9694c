//! The counts as recorded and printed.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::counted::PRIMITIVES;
use crate::environment::Environment;

#[derive(Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) environment: Environment,
    pub(crate) rows: Vec<Row>,
}

/// One operation on items of one shape.
#[derive(Serialize, Deserialize)]
pub(crate) struct Row {
    /// The operation, the shape and the subject.
    pub(crate) name: String,
    attributes: u64,
    bytes: u64,
    /// For one item.
    pub(crate) instructions: u64,
}

impl Figures {
    /// Returns the recorded counts, if there are any.
    pub(crate) fn kept() -> Option<Self> {
        let text = fs::read_to_string(path()).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }

    pub(crate) fn keep(&self) {
        fs::write(path(), format!("{}\n", serde_json::to_string_pretty(self).unwrap())).unwrap();
    }

    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Returns the instructions of a row beyond the primitives of the same operation and shape; `None` for the
    /// primitives.
    pub(crate) fn beyond(&self, row: &Row) -> Option<f64> {
        let mut parts = row.name.splitn(3, ", ");
        let primitives = self.row(&format!("{}, {}, {PRIMITIVES}", parts.next()?, parts.next()?))?;
        (primitives.name != row.name).then_some(row.instructions as f64 - primitives.instructions as f64)
    }

    pub(crate) fn print(&self) {
        println!(
            "{:52}{:>12}{:>12}{:>12}{:>12}{:>12}{:>8}",
            "instructions", "item", "attribute", "byte", "beyond", "attribute", "ratio"
        );
        for row in &self.rows {
            let name = &row.name;
            let [attributes, bytes, instructions] = [row.attributes, row.bytes, row.instructions].map(|n| n as f64);
            let (per_attribute, per_byte) = (instructions / attributes, instructions / bytes);
            print!("{name:52}{instructions:12.0}{per_attribute:12.0}{per_byte:12.2}");
            match self.beyond(row) {
                Some(beyond) => {
                    let ratio = instructions / (instructions - beyond);
                    println!("{beyond:12.0}{:12.0}{ratio:8.3}", beyond / attributes);
                }
                None => println!(),
            }
        }
    }
}

impl Row {
    /// Creates a row from the output of the counted program and the instructions for all items together.
    pub(crate) fn new(described: &Value, total: u64) -> Self {
        let number = |name: &str| described[name].as_u64().unwrap();
        let text = |name: &str| described[name].as_str().unwrap();
        Self {
            name: format!("{}, {}, {}", text("operation"), text("shape"), text("subject")),
            attributes: number("attributes"),
            bytes: number("bytes"),
            instructions: total / number("items"),
        }
    }
}

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../performance/instructions.json"].iter().collect()
}
