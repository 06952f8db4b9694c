//! One line of the report.

use serde_json::{Value, json};

use crate::ratio::Ratio;

pub(crate) const HEADER: &str =
    "                                                   theirs        ours   ratio  budget  than";

/// What was measured, and against what.
pub(crate) struct Row {
    pub(crate) name: String,
    than: &'static str,
    pub(crate) ratio: Ratio,
    pub(crate) budget: Option<f64>,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, than: &'static str, ratio: Ratio, budget: Option<f64>) -> Self {
        Self { name: name.into(), than, ratio, budget }
    }

    /// Prints the row, and hands it back.
    pub(crate) fn print(self) -> Self {
        let Self { name, than, ratio, budget } = &self;
        let budget = budget.map_or(String::new(), |budget| format!("{budget:.2}"));
        let Ratio { theirs, ours } = ratio;
        println!("{name:44}{theirs:10.2} µs{ours:9.2} µs{:8.2}{budget:>8}  {than}", ratio.value());
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
        })
    }
}
