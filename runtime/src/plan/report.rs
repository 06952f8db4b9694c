//! A plan as text.

use std::fmt;

use super::{Plan, Recommendation, Row};

/// The maximum width of the bars of the chart.
const BAR: usize = 30;

/// Prints a table of all figures, and the recommendation.
impl fmt::Display for Plan {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} items with {} different values", self.items, self.distinct)?;
        writeln!(f)?;
        writeln!(f, "                 | common value         | rare value           | same  | largest | labeled")?;
        writeln!(f, "partitions  bits |   unwanted     units |   unwanted     units | value |   group | by rank")?;
        writeln!(f, "-----------------|----------------------|----------------------|-------|---------|---------")?;
        for row in &self.rows {
            writeln!(
                f,
                "{:>10} {:>5} | {:>10} {:>9.1} | {:>10} {:>9.1} | {:>5} | {:>7} | {:>8}",
                row.partitions,
                row.bits,
                amount(row.unwanted_common),
                row.read_units_common,
                amount(row.unwanted_rare),
                row.read_units_rare,
                percent(row.same_value),
                percent(row.largest_group),
                percent(row.ranked),
            )?;
        }
        writeln!(f)?;
        write!(f, "{}", self.advice())
    }
}

impl Plan {
    /// Returns a chart of the share that frequency ranking labels correctly, with one bar for each row.
    ///
    /// ```
    /// let plan = dynaseal::plan::zipf(1_000, 100, 1.0).bits([4, 8]).partitions([1]).calculate()?;
    /// assert!(plan.chart().lines().count() >= 2);
    /// # Ok::<(), dynaseal::Error>(())
    /// ```
    #[inline]
    pub fn chart(&self) -> String {
        let mut chart = String::from("share of the items that frequency ranking labels right\n");
        for row in &self.rows {
            let filled = (row.ranked.clamp(0.0, 1.0) * BAR as f64).round() as usize;
            let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR.saturating_sub(filled)));
            chart.push_str(&format!(
                "{:>3} partitions {:>3} bits {bar} {:>6}, {} unwanted items\n",
                row.partitions,
                row.bits,
                percent(row.ranked),
                amount(row.unwanted_rare),
            ));
        }
        chart
    }

    #[inline]
    fn advice(&self) -> String {
        let budget = format!("at most {} unwanted items of a query", amount(self.unwanted));
        match self.recommendation {
            Recommendation::Beacon(row) => format!(
                "Recommended for {budget}: {}. Frequency ranking labels {} of the items, and two equal beacons mean equal \
                 values with a chance of {}.",
                beacon(row),
                percent(row.ranked),
                percent(row.same_value),
            ),
            Recommendation::NoLength(row) => format!(
                "No length helps: within {budget}, frequency ranking still labels {} of the items at {}, which is above the \
                 limit of {}. Use more partitions, or make the value a part of a compound beacon.",
                percent(row.ranked),
                beacon(row),
                percent(self.ranked),
            ),
        }
    }
}

#[inline]
fn beacon(row: Row) -> String {
    match row.partitions {
        1 => format!("`bits = {}` without partitions", row.bits),
        partitions => format!("`bits = {}` with `partitions = {partitions}`", row.bits),
    }
}

#[inline]
fn amount(items: f64) -> String {
    match items {
        0.1.. => format!("{items:.1}"),
        0.001.. => format!("{items:.3}"),
        _ => "< 0.001".to_owned(),
    }
}

#[inline]
fn percent(share: f64) -> String {
    match share * 100.0 {
        share @ 10.0.. => format!("{share:.0} %"),
        share @ 0.1.. => format!("{share:.1} %"),
        _ => "< 0.1 %".to_owned(),
    }
}
