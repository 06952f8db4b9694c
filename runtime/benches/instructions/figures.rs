//! The counts as recorded and printed.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The name of the row of the primitives; `None` for that row itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    primitives: Option<String>,
    /// The allowed ratio to that row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    budget: Option<f64>,
    /// Whether the row is a request through the SDK, whose work varies more than the difference between two rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) through_sdk: bool,
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
        let primitives = self.row(row.primitives.as_deref()?)?;
        Some(row.instructions as f64 - primitives.instructions as f64)
    }

    pub(crate) fn print(&self) {
        println!(
            "{:58}{:>12}{:>12}{:>12}{:>12}{:>12}{:>8}  budget",
            "instructions", "item", "attribute", "byte", "beyond", "attribute", "ratio"
        );
        for row in &self.rows {
            let name = &row.name;
            let [attributes, bytes, instructions] = [row.attributes, row.bytes, row.instructions].map(|n| n as f64);
            let (per_attribute, per_byte) = (instructions / attributes, instructions / bytes);
            print!("{name:58}{instructions:12.0}{per_attribute:12.0}{per_byte:12.2}");
            match self.beyond(row) {
                Some(beyond) => {
                    let ratio = instructions / (instructions - beyond);
                    println!("{beyond:12.0}{:12.0}{ratio:8.3}  {}", beyond / attributes, row.verdict(ratio));
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
        Self {
            name: described["name"].as_str().unwrap().to_owned(),
            primitives: described["primitives"].as_str().map(str::to_owned),
            budget: described["budget"].as_f64(),
            through_sdk: described["through_sdk"] == true,
            attributes: number("attributes"),
            bytes: number("bytes"),
            instructions: total / number("items"),
        }
    }

    fn verdict(&self, ratio: f64) -> String {
        let verdict = |budget| if ratio <= budget { "met" } else { "missed" };
        self.budget.map_or_else(String::new, |budget| format!("{budget:.3} {}", verdict(budget)))
    }
}

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../performance/instructions.json"].iter().collect()
}
