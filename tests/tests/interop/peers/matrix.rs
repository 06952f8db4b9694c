//! Counts the items that survive the exchange between clients, for every provider and key.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::thread;
use std::time::Instant;

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, Item};
use dynaseal_tests::ours::Ours;
use dynaseal_tests::peers::Peer;
use dynaseal_tests::random_items::{Options, SORT_KEY, seeded_generator};
use dynaseal_tests::setup::{Action, Provider, Setup};
use dynaseal_tests::setups::{self, Named};
use dynaseal_tests::{canonical, description};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::clients::Result;
use super::services::Services;

/// The environment variable that sets the number of items in each direction for every provider and key.
const ITEMS_VARIABLE: &str = "DYNASEAL_PEER_ITEMS";

const ITEMS: usize = 50;

/// Returns the number of items in each direction.
pub(crate) fn items_per_setup() -> Result<usize> {
    Ok(match std::env::var(ITEMS_VARIABLE) {
        Ok(text) => text.parse()?,
        Err(_) => ITEMS,
    })
}

#[test]
fn every_client_reads_items_of_the_others() -> Result<()> {
    let start = Instant::now();
    let (mut python, mut java) = (Peer::python()?.or_skip(), Peer::java()?.or_skip());
    let mut rng = seeded_generator();
    let services = Services::start()?;
    let mut rows = Vec::new();
    for named in setups::all(&mut rng)? {
        rows.push(Row::new(&named, Options::COMMON, &mut rng)?);
        if named.name.starts_with("wrapped ") && named.name.ends_with(", HmacSHA256") {
            let name = format!("{}, keys in lines", named.name);
            let broken = Named { name, ..named.clone() };
            rows.push(Row { edit: break_lines, ..Row::new(&broken, Options::COMMON, &mut rng)? });
        }
        if named.name.starts_with("wrapped AES-256, SHA") {
            let name = format!("{}, respelled in the items", named.name);
            let respelled = Named { name, python: false, ..named.clone() };
            rows.push(Row { edit: respell, ..Row::new(&respelled, Options::COMMON, &mut rng)? });
        }
        if named.name.starts_with("wrapped RSA,") {
            let name = "wrapped RSA, HmacSHA256, items that lack amzn-ddb-wrap-alg".to_owned();
            rows.push(Row {
                edit: remove_wrap_algorithm,
                ..Row::new(&Named { name, ..named }, Options::COMMON, &mut rng)?
            });
        }
    }
    for named in setups::respelled(&mut rng)? {
        rows.push(Row { edit: respell_for_java(&named.name), ..Row::new(&named, Options::COMMON, &mut rng)? });
    }
    for named in services.providers(python.as_mut(), java.as_mut())? {
        rows.push(Row::new(&named, Options::COMMON, &mut rng)?);
    }
    // Each peer is a separate process, and dynaseal is faster than both.
    let (with_python, with_java) = thread::scope(|scope| {
        let with_python = scope.spawn(|| exchange_all(python.as_mut(), &rows, |row| row.python));
        let with_java = exchange_all(java.as_mut(), &rows, |_| true);
        (with_python.join(), with_java)
    });
    let with_python = with_python.map_err(|_| "the thread of the Python peer panicked")??;
    Table { title: "items read / written", start }.print(&rows, &[("Python", with_python), ("Java", with_java?)])
}

#[test]
fn java_keeps_all_38_digits() -> Result<()> {
    let start = Instant::now();
    let mut java = Peer::java()?.or_skip();
    let mut rng = seeded_generator();
    let options = Options { digits: 38, divergent_order: true, ..Options::COMMON };
    let named = setups::symmetric(&mut rng);
    let rows: Vec<Row> = named.iter().take(2).map(|named| Row::new(named, options, &mut rng)).collect::<Result<_>>()?;
    let with_java = exchange_all(java.as_mut(), &rows, |_| true)?;
    Table { title: "items with numbers of up to 38 digits", start }.print(&rows, &[("Java", with_java)])
}

/// A provider with its keys, and the items that every client writes.
struct Row {
    name: String,
    setup: Setup,
    items: Vec<Item>,
    /// False for keys that only the Java client can use.
    python: bool,
    /// The change of an item between its writer and its reader.
    edit: fn(&mut Item),
}

impl Row {
    fn new(named: &Named, options: Options, rng: &mut StdRng) -> Result<Self> {
        let count = items_per_setup()?;
        let (setup, schema) = named.with_schema(options, rng);
        let mut items: Vec<Item> = (0..count).map(|_| schema.item(rng)).collect();
        if matches!(named.provider, Provider::Kms { .. }) {
            items.iter_mut().for_each(|item| plain_sort_key(item, rng));
        }
        Ok(Self { name: named.name.clone(), setup, items, python: named.python, edit: |_| {} })
    }

    fn edited(&self, mut stored: Vec<Item>) -> Vec<Item> {
        stored.iter_mut().for_each(self.edit);
        stored
    }
}

/// Replaces the sort key by a normalized number. A key is text in the encryption context of KMS. dynaseal writes the
/// text that DynamoDB will return; the other clients write the text that they receive, and if it is a number in another
/// notation, no client can read the item again.
fn plain_sort_key(item: &mut Item, rng: &mut StdRng) {
    item.insert(SORT_KEY.to_owned(), AttributeValue::N(rng.random::<i32>().to_string()));
}

/// Turns items into those of early versions of the Java client, which do not record the wrapping algorithm of the
/// content key.
fn remove_wrap_algorithm(item: &mut Item) {
    let Some(AttributeValue::B(bytes)) = item.get_mut(description::ATTRIBUTE) else { panic!("no description") };
    let mut entries = description::from_bytes(bytes.as_ref()).unwrap();
    let before = entries.len();
    entries.retain(|(key, _)| key != b"amzn-ddb-wrap-alg");
    assert_eq!(entries.len() + 1, before);
    *bytes = Blob::new(description::to_bytes(entries.iter().map(|(key, value)| (&key[..], &value[..]))));
}

/// Breaks the wrapped key into lines of 76 characters, like the MIME encoders of Java.
fn break_lines(item: &mut Item) {
    edit_entry(item, "amzn-ddb-env-key", |text| {
        let lines = text.as_bytes().chunks(76).map(String::from_utf8_lossy);
        lines.map(|line| format!("{line}\r\n")).collect()
    });
}

/// Changes the algorithm names of items to upper case.
fn respell(item: &mut Item) {
    for name in ["amzn-ddb-map-signingAlg", "amzn-ddb-wrap-alg"] {
        edit_entry(item, name, str::to_uppercase);
    }
}

/// Changes the algorithm name to the one that Java's static provider was configured with, because it reads no other.
/// Its other providers read the names that dynaseal writes.
fn respell_for_java(name: &str) -> fn(&mut Item) {
    const NAME: &str = "amzn-ddb-map-signingAlg";

    match name.strip_prefix("static AES-256, ") {
        Some("SHA256WithRSA") => |item| edit_entry(item, NAME, |_| "SHA256WithRSA".to_owned()),
        Some("sha256withrsa") => |item| edit_entry(item, NAME, |_| "sha256withrsa".to_owned()),
        Some("SHA384WITHECDSA") => |item| edit_entry(item, NAME, |_| "SHA384WITHECDSA".to_owned()),
        _ => |_| {},
    }
}

/// Edits the description, which is not signed.
fn edit_entry(item: &mut Item, name: &str, edit: impl Fn(&str) -> String) {
    let Some(AttributeValue::B(bytes)) = item.get_mut(description::ATTRIBUTE) else { panic!("no description") };
    let mut entries = description::from_bytes(bytes.as_ref()).unwrap();
    let value = entries.iter_mut().find_map(|(key, value)| (key == name.as_bytes()).then_some(value));
    let value = value.unwrap_or_else(|| panic!("no {name}"));
    *value = edit(std::str::from_utf8(value).unwrap()).into_bytes();
    *bytes = Blob::new(description::to_bytes(entries.iter().map(|(key, value)| (&key[..], &value[..]))));
}

/// The results for the items of a row: those that dynaseal wrote and a peer read, and the reverse.
struct Exchanged {
    to_peer: Count,
    to_ours: Count,
}

#[derive(Default)]
struct Count {
    read: usize,
    mismatches: Vec<String>,
}

/// Returns `None` for rows whose keys this peer does not support, and for all rows without a peer.
fn exchange_all(peer: Option<&mut Peer>, rows: &[Row], knows: fn(&Row) -> bool) -> Result<Vec<Option<Exchanged>>> {
    let Some(peer) = peer else { return Ok(rows.iter().map(|_| None).collect()) };
    let exchange = |row: &Row| if knows(row) { exchange(peer, row).map(Some) } else { Ok(None) };
    rows.iter().map(exchange).collect()
}

fn exchange(peer: &mut Peer, row: &Row) -> Result<Exchanged> {
    let ours = Ours::new(&row.setup)?;
    let stored = all(ours.encrypt(&row.items))?;
    check_protection(row, &stored);
    let to_peer = count(&row.items, peer.decrypt(&row.setup, &row.edited(stored))?);
    let stored = all(peer.encrypt(&row.setup, &row.items)?)?;
    check_protection(row, &stored);
    let to_ours = count(&row.items, ours.decrypt(&row.edited(stored)));
    Ok(Exchanged { to_peer, to_ours })
}

/// Checks that items are protected. Otherwise, clients that do nothing would agree as well.
fn check_protection(row: &Row, stored: &[Item]) {
    assert_eq!(row.items.len(), stored.len());
    for (item, stored) in row.items.iter().zip(stored) {
        assert!(stored["*amzn-ddb-map-sig*"].is_b());
        for (name, value) in item {
            let encrypted = row.setup.actions.action(name) == Action::EncryptAndSign;
            assert_eq!(encrypted, stored[name] != *value, "{name:?}");
        }
    }
}

fn count<E: Display>(items: &[Item], outcomes: Vec<std::result::Result<Item, E>>) -> Count {
    assert_eq!(items.len(), outcomes.len());
    let mut count = Count::default();
    for (item, outcome) in items.iter().zip(outcomes) {
        let expected = canonical::item(item);
        match outcome.map(|item| canonical::item(&item)) {
            Ok(found) if found == expected => count.read += 1,
            Ok(found) => count.mismatches.push(format!("wrote {expected}\n  read  {found}")),
            Err(error) => count.mismatches.push(format!("wrote {expected}\n  {error}")),
        }
    }
    count
}

fn all<E: Error + Send + Sync + 'static>(outcomes: Vec<std::result::Result<Item, E>>) -> Result<Vec<Item>> {
    Ok(outcomes.into_iter().collect::<std::result::Result<_, E>>()?)
}

struct Table {
    title: &'static str,
    start: Instant,
}

impl Table {
    /// Prints the counts, bypassing the test runner, which would capture them. Fails if an item did not survive.
    fn print(&self, rows: &[Row], peers: &[(&str, Vec<Option<Exchanged>>)]) -> Result<()> {
        let mut table = format!("\n{:<64}", self.title);
        for (peer, _) in peers {
            table += &format!("{:>18}{:>18}", format!("dynaseal>{peer}"), format!("{peer}>dynaseal"));
        }
        let mut totals = vec![(0, 0); peers.len()];
        let mut mismatches = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            table += &format!("\n{:<64}", row.name);
            for ((peer, exchanged), total) in peers.iter().zip(&mut totals) {
                let Some(Exchanged { to_peer, to_ours }) = &exchanged[index] else {
                    table += &format!("{:>18}{:>18}", "-", "-");
                    continue;
                };
                let written = row.items.len();
                for (direction, count) in [("to", to_peer), ("from", to_ours)] {
                    table += &format!("{:>18}", format!("{} / {written}", count.read));
                    let name = &row.name;
                    mismatches
                        .extend(count.mismatches.iter().map(|what| format!("{name}, {direction} {peer}:\n  {what}")));
                }
                total.0 += to_peer.read;
                total.1 += to_ours.read;
            }
        }
        table += &format!("\n{:<64}", "all");
        totals.iter().for_each(|(to_peer, to_ours)| table += &format!("{to_peer:>18}{to_ours:>18}"));
        let seconds = self.start.elapsed().as_secs_f64();
        writeln!(io::stdout(), "{table}\n{} mismatches, {seconds:.1} s\n", mismatches.len())?;
        match mismatches.first() {
            Some(first) => Err(format!("{} items did not survive, the first of them {first}", mismatches.len()).into()),
            None => Ok(()),
        }
    }
}
