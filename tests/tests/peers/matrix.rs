//! Counts of items that survived the way from one client to the other, for every provider and key.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::time::Instant;

use dynaseal::Item;
use dynaseal_tests::canonical;
use dynaseal_tests::ours::Ours;
use dynaseal_tests::peers::Peer;
use dynaseal_tests::random_items::{Options, seeded_generator};
use dynaseal_tests::setup::{Action, Setup};
use dynaseal_tests::setups::{self, Named};
use rand::rngs::StdRng;

use super::clients::Result;

/// The environment variable that says how many items go each way for every provider and key.
const ITEMS_VARIABLE: &str = "DYNASEAL_PEER_ITEMS";

const ITEMS: usize = 200;

const OURS_TO_PYTHON: &str = "dynaseal > Python";
const PYTHON_TO_OURS: &str = "Python > dynaseal";
const OURS_TO_JAVA: &str = "dynaseal > Java";
const JAVA_TO_OURS: &str = "Java > dynaseal";
pub(crate) const PYTHON_TO_JAVA: &str = "Python > Java";
pub(crate) const JAVA_TO_PYTHON: &str = "Java > Python";
const JAVA_TO_JAVA: &str = "Java > Java";

#[test]
fn every_client_reads_what_the_others_wrote() -> Result<()> {
    let mut python = Peer::python()?.or_skip();
    let mut java = Peer::java()?.or_skip();
    let mut rng = seeded_generator()?;
    let columns = [OURS_TO_PYTHON, PYTHON_TO_OURS, OURS_TO_JAVA, JAVA_TO_OURS];
    let mut matrix = Matrix::new("items read / written", &columns);
    for named in setups::symmetric(&mut rng) {
        let (setup, items) = items(&named, Options::COMMON, &mut rng)?;
        matrix.row(&named.name);
        exchange_with_ours(&mut matrix, python.as_mut(), [OURS_TO_PYTHON, PYTHON_TO_OURS], &setup, &items)?;
        exchange_with_ours(&mut matrix, java.as_mut(), [OURS_TO_JAVA, JAVA_TO_OURS], &setup, &items)?;
    }
    matrix.finish()
}

#[test]
fn java_keeps_all_38_digits() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let mut rng = seeded_generator()?;
    let mut matrix = Matrix::new("items with numbers of up to 38 digits", &[OURS_TO_JAVA, JAVA_TO_OURS]);
    for named in setups::symmetric(&mut rng).iter().take(2) {
        let (setup, items) = items(named, Options { digits: 38, divergent_order: true, ..Options::COMMON }, &mut rng)?;
        matrix.row(&named.name);
        exchange_with_ours(&mut matrix, Some(&mut java), [OURS_TO_JAVA, JAVA_TO_OURS], &setup, &items)?;
    }
    matrix.finish()
}

/// Also checks the peers themselves, with keys that dynaseal does not know yet.
#[test]
fn the_peers_read_each_other() -> Result<()> {
    let (Some(mut python), Some(mut java)) = (Peer::python()?.or_skip(), Peer::java()?.or_skip()) else {
        return Ok(());
    };
    let mut rng = seeded_generator()?;
    let columns = [PYTHON_TO_JAVA, JAVA_TO_PYTHON, JAVA_TO_JAVA];
    let mut matrix = Matrix::new("items read / written between peers", &columns);
    for named in setups::asymmetric(&mut rng)? {
        let (setup, items) = items(&named, Options::COMMON, &mut rng)?;
        matrix.row(&named.name);
        if !named.python {
            let stored = all(java.encrypt(&setup, &items)?)?;
            check_protection(&setup, &items, &stored);
            matrix.count(JAVA_TO_JAVA, &items, java.decrypt(&setup, &stored)?);
            continue;
        }
        exchange_between_peers(&mut matrix, &mut python, &mut java, &setup, &items)?;
    }
    matrix.finish()
}

fn items(named: &Named, options: Options, rng: &mut StdRng) -> Result<(Setup, Vec<Item>)> {
    let count = match std::env::var(ITEMS_VARIABLE) {
        Ok(text) => text.parse()?,
        Err(_) => ITEMS,
    };
    let (setup, schema) = named.with_schema(options, rng);
    Ok((setup, (0..count).map(|_| schema.item(rng)).collect()))
}

fn exchange_with_ours(
    matrix: &mut Matrix,
    peer: Option<&mut Peer>,
    [to_peer, to_ours]: [&'static str; 2],
    setup: &Setup,
    items: &[Item],
) -> Result<()> {
    let Some(peer) = peer else { return Ok(()) };
    let ours = Ours::new(setup)?;
    let stored = all(ours.encrypt(items))?;
    check_protection(setup, items, &stored);
    matrix.count(to_peer, items, peer.decrypt(setup, &stored)?);
    let stored = all(peer.encrypt(setup, items)?)?;
    check_protection(setup, items, &stored);
    matrix.count(to_ours, items, ours.decrypt(&stored));
    Ok(())
}

pub(crate) fn exchange_between_peers(
    matrix: &mut Matrix,
    python: &mut Peer,
    java: &mut Peer,
    setup: &Setup,
    items: &[Item],
) -> Result<()> {
    let stored = all(python.encrypt(setup, items)?)?;
    check_protection(setup, items, &stored);
    matrix.count(PYTHON_TO_JAVA, items, java.decrypt(setup, &stored)?);
    let stored = all(java.encrypt(setup, items)?)?;
    check_protection(setup, items, &stored);
    matrix.count(JAVA_TO_PYTHON, items, python.decrypt(setup, &stored)?);
    Ok(())
}

/// Without this, clients that do nothing would agree as well.
fn check_protection(setup: &Setup, items: &[Item], stored: &[Item]) {
    for (item, stored) in items.iter().zip(stored) {
        assert!(stored["*amzn-ddb-map-sig*"].is_b());
        for (name, value) in item {
            let encrypted = setup.actions.action(name) == Action::EncryptAndSign;
            assert_eq!(encrypted, stored[name] != *value, "{name:?}");
        }
    }
}

fn all<E: Error + Send + Sync + 'static>(outcomes: Vec<std::result::Result<Item, E>>) -> Result<Vec<Item>> {
    Ok(outcomes.into_iter().collect::<std::result::Result<_, E>>()?)
}

pub(crate) struct Matrix {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<(String, Vec<Option<Cell>>)>,
    mismatches: Vec<String>,
    start: Instant,
}

struct Cell {
    read: usize,
    written: usize,
}

impl Matrix {
    pub(crate) fn new(title: &'static str, columns: &[&'static str]) -> Self {
        Self { title, columns: columns.to_vec(), rows: Vec::new(), mismatches: Vec::new(), start: Instant::now() }
    }

    pub(crate) fn row(&mut self, name: &str) {
        self.rows.push((name.to_owned(), self.columns.iter().map(|_| None).collect()));
    }

    pub(crate) fn count<E: Display>(
        &mut self,
        column: &str,
        items: &[Item],
        outcomes: Vec<std::result::Result<Item, E>>,
    ) {
        let (name, cells) = self.rows.last_mut().unwrap();
        assert_eq!(items.len(), outcomes.len());
        let mut read = 0;
        for (item, outcome) in items.iter().zip(outcomes) {
            let expected = canonical::item(item);
            match outcome.map(|item| canonical::item(&item)) {
                Ok(found) if found == expected => read += 1,
                Ok(found) => self.mismatches.push(format!("{name}, {column}:\n  wrote {expected}\n  read  {found}")),
                Err(error) => self.mismatches.push(format!("{name}, {column}:\n  wrote {expected}\n  {error}")),
            }
        }
        let position = self.columns.iter().position(|known| *known == column).unwrap();
        cells[position] = Some(Cell { read, written: items.len() });
    }

    /// Prints the counts, past the test runner, which would keep them back; fails if an item did not survive.
    pub(crate) fn finish(self) -> Result<()> {
        let mut table = format!("\n{:<56}", self.title);
        self.columns.iter().for_each(|column| table += &format!("{column:>20}"));
        for (name, cells) in &self.rows {
            table += &format!("\n{name:<56}");
            for cell in cells {
                let count = cell.as_ref().map(|cell| format!("{} / {}", cell.read, cell.written));
                table += &format!("{:>20}", count.as_deref().unwrap_or("-"));
            }
        }
        let mismatches = self.mismatches.len();
        writeln!(io::stdout(), "{table}\n{mismatches} mismatches, {:.1} s\n", self.start.elapsed().as_secs_f64())?;
        match self.mismatches.first() {
            Some(first) => Err(format!("{mismatches} items did not survive, the first of them {first}").into()),
            None => Ok(()),
        }
    }
}
