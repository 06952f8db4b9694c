//! Plans the length of a beacon: the cost of each length in reads, and the information that it reveals.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Parser;
use dynaseal::plan::{self, Planner};

/// Compares beacon lengths for the distribution of values in a file, or for Zipf's law.
///
/// Try it: `plan --items 1000000 --distinct 100000 --zipf 1.0 --partitions 1,5,20`, or
/// `plan --sample emails.txt --items 1000000` with one value in each line.
#[derive(Parser)]
struct Command {
    /// A file with a random sample of the values, one in each line.
    #[arg(long, conflicts_with_all = ["distinct", "zipf"])]
    sample: Option<PathBuf>,
    /// The number of items of the table. The default is the size of the sample, or 100,000.
    #[arg(long)]
    items: Option<u64>,
    /// The number of distinct values.
    #[arg(long, default_value_t = 10_000)]
    distinct: usize,
    /// The exponent of Zipf's law: 1 for names and words, 0 for a uniform distribution.
    #[arg(long, default_value_t = 1.0)]
    zipf: f64,
    /// The numbers of partitions to compare.
    #[arg(long, value_delimiter = ',', default_value = "1,5")]
    partitions: Vec<u8>,
    /// The lengths in bits to show.
    #[arg(long, value_delimiter = ',')]
    bits: Vec<u8>,
    /// The maximum number of unwanted items that a query may read.
    #[arg(long, default_value_t = 20.0)]
    collisions: f64,
    /// The maximum share of the items that frequency ranking may label correctly.
    #[arg(long, default_value_t = 0.05)]
    ranked: f64,
    /// The size of a stored item in bytes.
    #[arg(long, default_value_t = 1024)]
    item_size: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command = Command::parse();
    let mut planner = planner(&command)?
        .partitions(command.partitions)
        .most_unwanted(command.collisions)
        .most_ranked(command.ranked)
        .item_size(command.item_size);
    if !command.bits.is_empty() {
        planner = planner.bits(command.bits);
    }
    let plan = planner.calculate()?;
    writeln!(io::stdout(), "{plan}\n\n{}", plan.chart())?;
    Ok(())
}

fn planner(command: &Command) -> io::Result<Planner> {
    let Some(sample) = &command.sample else {
        return Ok(plan::zipf(command.items.unwrap_or(100_000), command.distinct, command.zipf));
    };
    let planner = plan::from_sample(fs::read_to_string(sample)?.lines());
    Ok(match command.items {
        Some(items) => planner.items(items),
        None => planner,
    })
}
