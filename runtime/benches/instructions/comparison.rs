//! The comparison of current and recorded counts.

use crate::figures::Figures;

/// The tolerance of a count, in percent.
pub(crate) const TOLERANCE: f64 = 2.0;

/// The tolerance of the part beyond the primitives, in percent. As a difference of two counts it varies more: by up to
/// 1.7 % over four runs, where the counts vary by 0.2 %.
const TOLERANCE_BEYOND: f64 = 4.0;

pub(crate) enum Comparison {
    Same,
    /// The changed rows, one per line.
    Different(String),
    /// The reason why the counts cannot be compared.
    Incomparable(String),
}

impl Comparison {
    pub(crate) fn of(kept: Option<&Figures>, now: &Figures) -> Self {
        let Some(kept) = kept else {
            return Self::Incomparable("there are none; `performance/instructions --update` keeps these".to_owned());
        };
        if let Some(reason) = other_environment(kept, now) {
            return Self::Incomparable(reason);
        }
        let changes: Vec<String> = [missing(kept, now), changed(kept, now)].concat();
        if changes.is_empty() { Self::Same } else { Self::Different(changes.join("\n")) }
    }
}

fn other_environment(kept: &Figures, now: &Figures) -> Option<String> {
    let differences: Vec<String> = now
        .environment
        .iter()
        .filter(|(name, value)| kept.environment.get(*name) != Some(value))
        .map(|(name, value)| {
            let kept = kept.environment.get(name).map_or("unknown", String::as_str);
            format!("the {name} is {value:?} and was {kept:?}")
        })
        .collect();
    (!differences.is_empty()).then(|| {
        format!(
            "they depend on it that {}; `performance/instructions --update` keeps these",
            differences.join(", and ")
        )
    })
}

fn missing(kept: &Figures, now: &Figures) -> Vec<String> {
    let gone = kept.rows.iter().filter(|row| now.row(&row.name).is_none()).map(|row| format!("  {}: gone", row.name));
    let new = now.rows.iter().filter(|row| kept.row(&row.name).is_none()).map(|row| format!("  {}: new", row.name));
    gone.chain(new).collect()
}

/// Returns the rows whose count changed, or the part of it beyond the primitives. Where SHA-256 is most of the work,
/// only the latter shows changes of this crate.
fn changed(kept: &Figures, now: &Figures) -> Vec<String> {
    let mut changes = Vec::new();
    for row in &now.rows {
        let Some(earlier) = kept.row(&row.name) else { continue };
        changes.extend(change(&row.name, earlier.instructions as f64, row.instructions as f64, TOLERANCE));
        if let (Some(earlier), Some(beyond), false) = (kept.beyond(earlier), now.beyond(row), row.through_sdk) {
            changes.extend(change(&format!("{}, beyond the primitives", row.name), earlier, beyond, TOLERANCE_BEYOND));
        }
    }
    changes
}

fn change(name: &str, earlier: f64, now: f64, tolerance: f64) -> Option<String> {
    let percent = 100.0 * (now - earlier) / earlier.abs().max(1.0);
    (percent.abs() > tolerance).then(|| format!("  {name}: {earlier:.0} -> {now:.0} ({percent:+.1} %)"))
}
