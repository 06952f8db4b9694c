//! One row of the report.

use serde_json::{Value, json};

use crate::ratio::Ratio;

pub(crate) const HEADER: &str =
    "                                                   theirs        ours   ratio  budget  than";

/// The measurement and its baseline.
pub(crate) struct Row {
    pub(crate) name: String,
    than: &'static str,
    pub(crate) ratio: Ratio,
    pub(crate) budget: Option<f64>,
    memory: Option<Memory>,
}

/// The peak of additional memory of a process, in kilobytes.
struct Memory {
    theirs: u64,
    ours: u64,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, than: &'static str, ratio: Ratio, budget: Option<f64>) -> Self {
        Self { name: name.into(), than, ratio, budget, memory: None }
    }

    pub(crate) fn with_memory(self, theirs: u64, ours: u64) -> Self {
        Self { memory: Some(Memory { theirs, ours }), ..self }
    }

    /// Prints and returns the row.
    pub(crate) fn print(self) -> Self {
        let Self { name, than, ratio, budget, memory } = &self;
        let budget = budget.map_or(String::new(), |budget| format!("{budget:.2}"));
        let Ratio { theirs, ours } = ratio;
        let memory = memory.as_ref().map_or(String::new(), |memory| {
            format!("; memory {:.0} and {:.0} MB", memory.theirs as f64 / 1024.0, memory.ours as f64 / 1024.0)
        });
        println!("{name:44}{theirs:10.2} µs{ours:9.2} µs{:8.2}{budget:>8}  {than}{memory}", ratio.value());
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name.trim(),
            "than": self.than,
            "their_microseconds": self.ratio.theirs,
            "our_microseconds": self.ratio.ours,
            "ratio": self.ratio.value(),
            "budget": self.budget,
            "their_kilobytes": self.memory.as_ref().map(|memory| memory.theirs),
            "our_kilobytes": self.memory.as_ref().map(|memory| memory.ours),
        })
    }
}
