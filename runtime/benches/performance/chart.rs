//! A bar chart of the ratios with their budgets.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::row::Row;

const WIDTH: u32 = 860;
const ROW: i32 = 26;
/// The left edge of the bars, and the length of ratio 1.
const LEFT: i32 = 300;
const UNIT: f64 = 240.0;
/// Longer bars end here; their number shows the value.
const LONGEST: f64 = 2.0;
/// The position of the numbers.
const NUMBERS: i32 = 800;
const TOP: i32 = 50;

const WITHIN: RGBColor = RGBColor(0x2e, 0x7d, 0x52);
const BEYOND: RGBColor = RGBColor(0xc0, 0x5a, 0x2c);
const WITHOUT_BUDGET: RGBColor = RGBColor(0x8a, 0x93, 0x9c);

/// Draws a bar for each row, a line at 1, and a mark at each budget.
pub(crate) fn draw(path: &Path, rows: &[Row]) -> Result<(), Box<dyn Error>> {
    let height = TOP + ROW * i32::try_from(rows.len())? + 10;
    let root = SVGBackend::new(path, (WIDTH, height.try_into()?)).into_drawing_area();
    root.fill(&WHITE)?;
    let small = ("sans-serif", 13).into_font();
    root.draw(&Text::new(
        "Time against the primitives, or against the SDK alone",
        (10, 10),
        ("sans-serif", 17).into_font(),
    ))?;

    for (position, row) in rows.iter().enumerate() {
        let y = TOP + ROW * i32::try_from(position)?;
        let value = row.ratio.value();
        let color = match row.budget {
            Some(budget) if value <= budget => WITHIN,
            Some(_) => BEYOND,
            None => WITHOUT_BUDGET,
        };
        root.draw(&Text::new(row.name.clone(), (10, y + 5), small.clone()))?;
        root.draw(&Rectangle::new([(LEFT, y + 3), (x(value), y + ROW - 5)], color.filled()))?;
        root.draw(&Text::new(format!("{value:.2}"), (NUMBERS, y + 5), small.clone()))?;
        if let Some(budget) = row.budget {
            root.draw(&PathElement::new([(x(budget), y), (x(budget), y + ROW - 2)], BLACK.stroke_width(2)))?;
        }
    }
    root.draw(&PathElement::new([(x(1.0), TOP - 6), (x(1.0), height - 10)], BLACK.mix(0.35)))?;
    root.draw(&Text::new("1", (x(1.0) - 3, TOP - 20), small))?;
    root.present()?;
    Ok(())
}

fn x(ratio: f64) -> i32 {
    LEFT + (ratio.min(LONGEST) * UNIT) as i32
}
