//! Decoding before verification, and decoding of items that an attacker with a key could create, takes work linear in
//! the size of the input.
//!
//! Instructions are counted instead of time: each input is read once, and once at four times the length, under
//! callgrind (Debian's package `valgrind`). Without it, the test prints so and passes, unless `CI` is set.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::embedded::Database;
use dynaseal::format::ItemDescription;
use dynaseal::keyrings::{AesKey, RawAesKeyring};
use dynaseal::materials::{HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor, Repository,
};
use dynaseal_tests::samples::{DESCRIPTION, description_of};
use tokio::runtime::Runtime;

const TEST: &str = "steps_per_byte::decoders_take_steps_linear_in_the_size_of_the_input";
/// The symbol of [`counted`] in callgrind.
const COUNTED: &str = "security::steps_per_byte::counted";
/// Tells the process that it runs under callgrind.
const UNDER_CALLGRIND: &str = "DYNASEAL_UNDER_CALLGRIND";

/// The ratio of the two lengths.
const TIMES: u64 = 4;
/// The maximum ratio of steps: linear work takes 4 times the steps, sorting up to 5, and comparing all pairs 16.
const MOST: u64 = 6;

/// Callgrind counts the instructions of this function.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
    // Prevents a tail call, which would leave this function early.
    black_box(());
}

type Read = Box<dyn FnMut()>;
/// A decoder, and the number of parts of the shorter input.
struct Case {
    name: &'static str,
    parts: usize,
    read: fn(usize) -> Read,
}

const CASES: &[Case] = &[
    Case { name: "material description in descending order", parts: 60, read: descending_description },
    Case { name: "wrapped key in short lines", parts: 2_500, read: wrapped_key_in_lines },
    Case { name: "attributes that nobody signed", parts: 500, read: |parts| added_attributes(ddbec(), parts) },
    Case { name: "list", parts: 500, read: |parts| signed_value(ddbec(), list(parts)) },
    Case { name: "map", parts: 500, read: |parts| signed_value(ddbec(), map(parts)) },
    Case { name: "set of texts", parts: 500, read: |parts| signed_value(ddbec(), texts(parts)) },
    Case { name: "set of numbers", parts: 250, read: |parts| signed_value(ddbec(), numbers(parts)) },
    Case { name: "set of binaries", parts: 500, read: |parts| signed_value(ddbec(), binaries(parts)) },
    Case { name: "nested lists", parts: 7, read: |parts| signed_value(ddbec(), nested(parts)) },
    Case { name: "text", parts: 20_000, read: |parts| signed_value(ddbec(), text(parts)) },
    Case { name: "DB-ESDK: legend", parts: 5_000, read: |parts| header(vec![b's'; parts], 0, 1) },
    Case { name: "DB-ESDK: encryption context", parts: 500, read: |parts| header(vec![b's'], parts, 1) },
    Case { name: "DB-ESDK: recipients", parts: 60, read: |parts| header(vec![b's'], 0, parts) },
    Case {
        name: "DB-ESDK: attributes that nobody signed",
        parts: 500,
        read: |parts| added_attributes(dbesdk(), parts),
    },
    Case { name: "DB-ESDK: list", parts: 500, read: |parts| signed_value(dbesdk(), list(parts)) },
    Case { name: "DB-ESDK: map", parts: 500, read: |parts| signed_value(dbesdk(), map(parts)) },
    Case { name: "DB-ESDK: set of texts", parts: 500, read: |parts| signed_value(dbesdk(), texts(parts)) },
    Case { name: "DB-ESDK: set of numbers", parts: 250, read: |parts| signed_value(dbesdk(), numbers(parts)) },
    Case { name: "DB-ESDK: set of binaries", parts: 500, read: |parts| signed_value(dbesdk(), binaries(parts)) },
    Case { name: "DB-ESDK: nested lists", parts: 7, read: |parts| signed_value(dbesdk(), nested(parts)) },
    Case { name: "key of a template", parts: 150, read: templated_key },
    Case { name: "number of a field", parts: 2_000, read: long_number },
    Case { name: "cursor", parts: 5_000, read: cursor },
];

#[test]
fn decoders_take_steps_linear_in_the_size_of_the_input() {
    if std::env::var_os(UNDER_CALLGRIND).is_some() {
        for case in CASES {
            for parts in [case.parts, case.parts * TIMES as usize] {
                let mut read = (case.read)(parts);
                counted(&mut read);
            }
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(steps) = steps_under_callgrind(folder.path()) else { return };
    assert_eq!(steps.len(), CASES.len() * 2, "callgrind left {} counts", steps.len());
    let mut faults = Vec::new();
    for (case, counts) in CASES.iter().zip(steps.chunks(2)) {
        let ratio = counts[1] as f64 / counts[0] as f64;
        println!("{:45} {:>12} steps, {ratio:.2} times as many at {TIMES} times the size", case.name, counts[0]);
        if counts[1] > counts[0] * MOST {
            faults.push(case.name);
        }
    }
    assert!(faults.is_empty(), "these take more than in proportion: {faults:?}");
}

/// Runs this test under callgrind, and reads the counts.
fn steps_under_callgrind(folder: &Path) -> Option<Vec<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", folder.join("dump").display()))
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(std::env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture"])
        .env(UNDER_CALLGRIND, "yes")
        .output();
    let Ok(output) = output else {
        assert!(std::env::var_os("CI").is_none(), "no callgrind: install the package `valgrind`");
        eprintln!("skipped: no callgrind; install the package `valgrind`");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let count_in = |number: usize| {
        let text = fs::read_to_string(folder.join(format!("dump.{number}"))).ok()?;
        let total =
            text.lines().find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
        total?.trim().parse().ok()
    };
    Some((1..).map_while(count_in).collect())
}

/// The item, its actions and its table.
struct Sealed {
    runtime: Runtime,
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
}

fn ddbec() -> ItemEncryptor {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[2; 32]).unwrap();
    ItemEncryptor::new(WrappedProvider::new(AesKey::from_bytes(&[1; 32]).unwrap(), signing_key))
}

fn dbesdk() -> ItemEncryptor {
    ItemEncryptor::with_keyring(RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap())
}

impl Sealed {
    fn new(encryptor: ItemEncryptor) -> Self {
        Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            encryptor,
            actions: AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly),
            context: ItemContext::new("tests").partition_key("id"),
        }
    }

    fn encrypt(&self, value: AttributeValue) -> Item {
        let item = Item::from([("id".to_owned(), AttributeValue::S("1".to_owned())), ("a".to_owned(), value)]);
        self.runtime.block_on(self.encryptor.encrypt(item, &self.actions, &self.context)).unwrap()
    }

    /// Reads the item, which is authentic or not.
    fn read(self, stored: Item, is_genuine: bool) -> Read {
        let mut stored = Some(stored);
        Box::new(move || {
            let Some(stored) = stored.take() else { return };
            let read = self.runtime.block_on(self.encryptor.decrypt(stored, &self.actions, &self.context));
            assert_eq!(read.is_ok(), is_genuine);
        })
    }
}

fn signed_value(encryptor: ItemEncryptor, value: AttributeValue) -> Read {
    let sealed = Sealed::new(encryptor);
    let stored = sealed.encrypt(value);
    sealed.read(stored, true)
}

fn text(length: usize) -> AttributeValue {
    AttributeValue::S("é".repeat(length / 2))
}

fn list(count: usize) -> AttributeValue {
    AttributeValue::L((0..count).map(|number| AttributeValue::N(number.to_string())).collect())
}

fn map(count: usize) -> AttributeValue {
    AttributeValue::M((0..count).map(|number| (format!("key-{number:06}"), AttributeValue::Null(true))).collect())
}

/// Returns strings in descending order, the worst case of insertion sort.
fn texts(count: usize) -> AttributeValue {
    AttributeValue::Ss((0..count).rev().map(|number| format!("member-{number:06}")).collect())
}

fn numbers(count: usize) -> AttributeValue {
    AttributeValue::Ns((0..count).rev().map(|number| format!("1{number:037}")).collect())
}

fn binaries(count: usize) -> AttributeValue {
    AttributeValue::Bs((0..count as u32).rev().map(|number| number.to_be_bytes().to_vec().into()).collect())
}

/// Returns `depth` levels of lists, of which 32 are allowed.
fn nested(depth: usize) -> AttributeValue {
    (1..depth).fold(AttributeValue::L(Vec::new()), |value, _| AttributeValue::L(vec![value]))
}

fn added_attributes(encryptor: ItemEncryptor, count: usize) -> Read {
    let sealed = Sealed::new(encryptor);
    let mut stored = sealed.encrypt(AttributeValue::Null(true));
    stored.extend((0..count).rev().map(|number| (format!("added-{number:06}"), AttributeValue::S("x".to_owned()))));
    sealed.read(stored, false)
}

fn descending_description(entries: usize) -> Read {
    let sealed = Sealed::new(ddbec());
    let mut stored = sealed.encrypt(AttributeValue::Null(true));
    let keys: Vec<String> = (0..entries).rev().map(|number| format!("entry-{number:06}-{}", "x".repeat(100))).collect();
    stored.insert(DESCRIPTION.to_owned(), description_of(keys.iter().map(|key| (key.as_str(), "value"))));
    sealed.read(stored, false)
}

fn wrapped_key_in_lines(lines: usize) -> Read {
    let sealed = Sealed::new(ddbec());
    let mut stored = sealed.encrypt(AttributeValue::Null(true));
    let key = "AAAA\r\n".repeat(lines);
    let entries = [("amzn-ddb-env-alg", "AES"), ("amzn-ddb-env-key", &key), ("amzn-ddb-wrap-alg", "AESWrap")];
    stored.insert(DESCRIPTION.to_owned(), description_of(entries));
    sealed.read(stored, false)
}

/// Returns a well-formed forged header, read with and without keys.
fn header(legend: Vec<u8>, pairs: usize, recipients: usize) -> Read {
    fn put(bytes: &[u8], header: &mut Vec<u8>) {
        header.extend((bytes.len() as u16).to_be_bytes());
        header.extend(bytes);
    }

    let sealed = Sealed::new(dbesdk());
    let mut stored = sealed.encrypt(AttributeValue::Null(true));
    let mut header = vec![1, 0];
    header.extend([7; 32]);
    put(&legend, &mut header);
    header.extend((pairs as u16).to_be_bytes());
    for number in 0..pairs {
        put(format!("key-{number:06}").as_bytes(), &mut header);
        put(b"value", &mut header);
    }
    header.push(recipients as u8);
    for number in 0..recipients {
        put(format!("provider-{number:06}").as_bytes(), &mut header);
        put(&[1; 40], &mut header);
        put(&[2; 100], &mut header);
    }
    header.extend([3; 32]);
    stored.insert("aws_dbe_head".to_owned(), AttributeValue::B(header.into()));
    let described = stored.clone();
    let mut read = sealed.read(stored, false);
    Box::new(move || {
        ItemDescription::of(&described).unwrap();
        read();
    })
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "T#{tenant}#U#{user}"))]
struct Account {
    #[sign_only]
    tenant: String,
    #[sign_only]
    user: String,
    #[sign_only]
    balance: u64,
}

fn account(key: &str, balance: &str) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let balance = AttributeValue::N(balance.to_owned());
    [("PK", text(key)), ("tenant", text("t")), ("user", text("u")), ("balance", balance)]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

/// Returns a key that matches the template in many ways, if all are tried.
fn templated_key(parts: usize) -> Read {
    let mut item = account(&format!("T{}", "#U#".repeat(parts)), "1");
    Box::new(move || assert!(Account::from_item(&mut item).is_err()))
}

fn long_number(digits: usize) -> Read {
    let mut item = account("T#t#U#u", &"9".repeat(digits));
    Box::new(move || assert!(Account::from_item(&mut item).is_err()))
}

fn cursor(length: usize) -> Read {
    let sealed = Sealed::new(ddbec());
    let key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[2; 32]).unwrap();
    let provider = WrappedProvider::new(AesKey::from_bytes(&[1; 32]).unwrap(), key);
    let accounts: Repository<Account> = Repository::builder(Database::in_memory().unwrap().client())
        .table("accounts")
        .materials(provider)
        .cursor_key(CursorKey::from_bytes(&[4; 32]).unwrap())
        .build();
    let token = BASE64.encode(vec![5; length]).replace('+', "-").replace('/', "_").replace('=', "");
    Box::new(move || {
        let page = accounts.query(("t", "u")).page(Cursor::from(token.as_str()));
        assert!(sealed.runtime.block_on(page.into_future()).is_err());
    })
}
