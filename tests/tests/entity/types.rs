//! The table of types in the documentation of `dynaseal::codec` matches the compiler and the codecs. `DYNASEAL_BLESS=1`
//! regenerates it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dynaseal::__private::{BytesField, NumberField, PaddedValue, SerdeField, SetField, TemplateValue, TimeToLive};
use dynaseal::condition::{ServerOrdered, ServerText};
use dynaseal::index::{OrderedKey, OrderedText};
use dynaseal::{AttributeValue, Expiry, Item, KeyAttribute, KeyType, Number, Timestamp};

/// True if the type implements the trait: an inherent constant takes precedence over one of a trait.
macro_rules! implements {
    ($ty:ty: $bound:path) => {{
        #[allow(dead_code, reason = "where it holds for the type")]
        trait Otherwise {
            const YES: bool = false;
        }
        struct Probe<T>(std::marker::PhantomData<T>);
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "where it holds for no type")]
        impl<T: $bound> Probe<T> {
            const YES: bool = true;
        }
        <Probe<$ty>>::YES
    }};
}

/// The key type of the type, if it can be a key.
macro_rules! key_type {
    ($ty:ty) => {{
        #[allow(dead_code, reason = "where it holds for the type")]
        trait Otherwise {
            const TYPE: Option<KeyType> = None;
        }
        struct Probe<T>(std::marker::PhantomData<T>);
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code, reason = "where it holds for no type")]
        impl<T: KeyAttribute> Probe<T> {
            const TYPE: Option<KeyType> = Some(<T as KeyAttribute>::TYPE);
        }
        <Probe<$ty>>::TYPE
    }};
}

struct Row {
    ty: &'static str,
    stored: AttributeValue,
    /// False if an equal value is stored in another form.
    has_one_form: bool,
    key: Option<KeyType>,
    is_ordered: bool,
    template: bool,
    is_ordered_text: bool,
    width: bool,
    order: bool,
    beginnings: bool,
    timestamp: bool,
    ttl: bool,
}

macro_rules! rows {
    ($($how:ident $ty:ty = $sample:expr $(, equal to $other:expr)?;)*) => {
        vec![$(Row {
            ty: stringify!($ty),
            stored: {
                let sample: $ty = $sample;
                stored(|item| put!($how, $ty, sample, item))
            },
            has_one_form: {
                let forms = [$({
                    let (sample, other): ($ty, $ty) = ($sample, $other);
                    assert_eq!(sample, other);
                    are_equal(
                        &stored(|item| put!($how, $ty, sample, item)),
                        &stored(|item| put!($how, $ty, other, item)),
                    )
                })?];
                <[bool]>::iter(&forms).all(|is_the_same| *is_the_same)
            },
            key: key_type!($ty),
            is_ordered: implements!($ty: OrderedKey),
            template: implements!($ty: TemplateValue),
            is_ordered_text: implements!($ty: OrderedText),
            width: implements!($ty: PaddedValue),
            order: implements!($ty: ServerOrdered),
            beginnings: implements!($ty: ServerText),
            timestamp: implements!($ty: Timestamp),
            ttl: implements!($ty: TimeToLive),
        }),*]
    };
}

macro_rules! put {
    (serde, $ty:ty, $sample:ident, $item:ident) => {
        <$ty as SerdeField>::put(&$sample, $item, "a")
    };
    (bytes, $ty:ty, $sample:ident, $item:ident) => {
        <$ty as BytesField<_>>::put(&$sample, $item, "a")
    };
    (number, $ty:ty, $sample:ident, $item:ident) => {
        <$ty as NumberField>::put(&$sample, $item, "a")
    };
    (set, $ty:ty, $sample:ident, $item:ident) => {
        <$ty as SetField>::put(&$sample, $item, "a")
    };
    (key, $ty:ty, $sample:ident, $item:ident) => {
        <$ty as TemplateValue>::put(&$sample, $item, "a")
    };
}

fn stored(put: impl FnOnce(&mut Item) -> dynaseal::Result<()>) -> AttributeValue {
    let mut item = Item::new();
    put(&mut item).unwrap();
    item.remove("a").unwrap()
}

/// Returns whether DynamoDB considers two values equal: numbers by value, others by their bytes.
fn are_equal(one: &AttributeValue, other: &AttributeValue) -> bool {
    match (one, other) {
        (AttributeValue::N(one), AttributeValue::N(other)) => one.parse::<Number>().unwrap() == other.parse().unwrap(),
        _ => one == other,
    }
}

fn rows() -> Vec<Row> {
    let moment = UNIX_EPOCH + Duration::from_millis(1_777_593_600_500);
    rows! {
        serde String = "text".to_owned();
        serde Box<str> = "text".into();
        key Arc<str> = "text".into();
        serde Cow<'static, str> = "text".into();
        serde char = 'c';
        serde bool = true;
        serde u8 = 7;
        serde u64 = 7;
        serde i64 = -7;
        key u128 = 7;
        key i128 = -7;
        serde NonZero<u32> = NonZero::<u32>::MIN;
        serde NonZero<i32> = NonZero::<i32>::MIN;
        serde f64 = 0.0, equal to -0.0;
        serde f32 = 0.0, equal to -0.0;
        serde Number = "4200.50".parse().unwrap(), equal to "4200.5".parse().unwrap();
        number Option<rust_decimal::Decimal> = "1.50".parse().ok(), equal to "1.5".parse().ok();
        bytes Vec<u8> = vec![1, 2];
        bytes [u8; 4] = [1, 2, 3, 4];
        bytes Box<[u8]> = Box::new([1, 2]);
        set BTreeSet<String> = BTreeSet::from(["text".to_owned()]);
        set BTreeSet<u32> = BTreeSet::from([7]);
        serde Vec<String> = vec!["text".to_owned()];
        serde HashMap<String, u8> = HashMap::from([("text".to_owned(), 7)]);
        serde IpAddr = IpAddr::from([10, 0, 0, 1]);
        serde Ipv4Addr = Ipv4Addr::LOCALHOST;
        serde Ipv6Addr = Ipv6Addr::LOCALHOST;
        serde SystemTime = moment;
        serde Duration = Duration::from_millis(1500);
        serde Expiry = Expiry::from_seconds(1_777_593_600);
        key uuid::Uuid = uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
        serde ulid::Ulid = ulid::Ulid(0x0156_3e3a_b5d3_d676_4c61_efb9_9302_bd5b);
        serde chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        serde chrono::NaiveTime = chrono::NaiveTime::from_hms_milli_opt(12, 30, 0, 500).unwrap();
        serde chrono::NaiveDateTime = chrono::NaiveDateTime::from_system_time(moment);
        serde chrono::DateTime<chrono::Utc> = chrono::DateTime::from_system_time(moment);
        serde chrono::DateTime<chrono::FixedOffset> = at("2026-05-01T02:00:00+02:00"), equal to at("2026-05-01T00:00:00Z");
        key time::Date = time::UtcDateTime::from_system_time(moment).date();
        key time::Time = time::UtcDateTime::from_system_time(moment).time();
        key time::PrimitiveDateTime = time::PrimitiveDateTime::from_system_time(moment);
        key time::UtcDateTime = time::UtcDateTime::from_system_time(moment);
        key time::OffsetDateTime = time::OffsetDateTime::from_system_time(moment),
            equal to time::OffsetDateTime::from_system_time(moment).to_offset(time::UtcOffset::from_hms(2, 0, 0).unwrap());
    }
}

fn at(text: &str) -> chrono::DateTime<chrono::FixedOffset> {
    text.parse().unwrap()
}

fn table() -> String {
    let mut table = String::from(
        "| type | stored as | key | ranges of a sort key | part of a template | `eq`, `is_in` | `lt`, `between` | `begins_with` | `created_at` | `ttl` |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows() {
        let yes = |is: bool| if is { "yes" } else { "" };
        let template = match (row.template && row.key != Some(KeyType::Binary), row.width, row.is_ordered_text) {
            (false, ..) => "",
            (true, true, _) => "yes, with a width",
            (true, false, true) => "yes, with ranges at the end",
            (true, false, false) => "yes",
        };
        let key = match row.key {
            None => "",
            Some(KeyType::String) => "S",
            Some(KeyType::Number) => "N",
            Some(KeyType::Binary) => "B",
        };
        writeln!(
            table,
            "| `{}` | {} | {key} | {} | {template} | {} | {} | {} | {} | {} |",
            row.ty,
            form(&row.stored),
            yes(row.key.is_some() && row.is_ordered),
            if row.has_one_form { "every equal value" } else { "the same form only" },
            yes(row.order),
            yes(row.beginnings),
            yes(row.timestamp),
            yes(row.ttl),
        )
        .unwrap();
    }
    table
}

fn form(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => format!("S: `{text}`"),
        AttributeValue::N(number) => format!("N: `{number}`"),
        AttributeValue::B(_) => "B, with `bytes`; as a key by itself".to_owned(),
        AttributeValue::Ss(_) => "SS, with `set`".to_owned(),
        AttributeValue::Ns(_) => "NS, with `set`".to_owned(),
        AttributeValue::Bool(value) => format!("BOOL: `{value}`"),
        AttributeValue::L(_) => "L".to_owned(),
        AttributeValue::M(fields) => {
            let mut names: Vec<_> = fields.keys().map(|name| format!("`{name}`")).collect();
            names.sort();
            format!("M: {}", names.join(", "))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_documented_table_of_types_is_correct() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/codec/types.md");
    let table = table();
    if std::env::var_os("DYNASEAL_BLESS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let documented = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        documented.lines().eq(table.lines()),
        "the table is another: read it after `DYNASEAL_BLESS=1`, and commit it if it is meant:\n{table}"
    );
}

/// A value stored in one role is read from it in the other.
#[test]
fn a_type_has_the_same_form_as_a_key_and_as_an_attribute() {
    macro_rules! same {
        ($($ty:ty = $sample:expr;)*) => {$({
            let sample: $ty = $sample;
            let attribute = stored(|item| <$ty as SerdeField>::put(&sample, item, "a"));
            assert_eq!(KeyAttribute::encode(&sample).unwrap(), attribute, "{}", stringify!($ty));
        })*};
    }
    let moment = UNIX_EPOCH + Duration::from_millis(1_777_593_600_500);
    same! {
        String = "text".to_owned();
        Box<str> = "text".into();
        Cow<'static, str> = "text".into();
        char = 'é';
        u64 = u64::MAX;
        NonZero<i64> = NonZero::<i64>::MIN;
        Number = "0.1".parse().unwrap();
        IpAddr = IpAddr::from([10, 0, 0, 1]);
        std::net::SocketAddr = "[::1]:80".parse().unwrap();
        Expiry = Expiry::from_seconds(7);
        ulid::Ulid = ulid::Ulid(u128::MAX);
        chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(999, 5, 1).unwrap();
        chrono::NaiveTime = chrono::NaiveTime::from_hms_opt(1, 2, 3).unwrap();
        chrono::NaiveDateTime = chrono::NaiveDateTime::from_system_time(moment);
        chrono::DateTime<chrono::Utc> = chrono::DateTime::from_system_time(moment);
    }
}

/// The stored item has the form that the derive states for a type, and the text of ordered types sorts like the values.
#[test]
fn stored_texts_sort_like_their_values() {
    fn sorted<T: OrderedText + KeyAttribute + Ord>(mut values: Vec<T>) {
        values.sort();
        let texts: Vec<String> = values.iter().map(|value| value.encode().unwrap().as_s().unwrap().clone()).collect();
        assert!(texts.is_sorted(), "{texts:?}");
    }
    sorted((0..50_u128).map(|step| uuid::Uuid::from_u128(u128::MAX / 50 * step)).collect());
    sorted((0..50_u128).map(|step| ulid::Ulid(u128::MAX / 50 * step)).collect());
    sorted(vec!['a', 'B', 'é', '\u{ffff}', '\u{10000}']);
    let nanoseconds = [0, 1, 10, 500, 999_999, 1_000_000, 120_000_000, 123_000_000, 999_999_999];
    let seconds = [0, 1, 59, 60, 86_399, 86_400, 1_777_593_600, 253_402_300_799];
    let moments: Vec<_> = seconds
        .into_iter()
        .flat_map(|second| nanoseconds.map(|nanosecond| UNIX_EPOCH + Duration::new(second, nanosecond)))
        .collect();
    sorted(moments.iter().map(|moment| chrono::NaiveDateTime::from_system_time(*moment)).collect());
    sorted(moments.iter().map(|moment| chrono::NaiveDateTime::from_system_time(*moment).date()).collect());
    sorted(moments.iter().map(|moment| chrono::NaiveDateTime::from_system_time(*moment).time()).collect());
    sorted(moments.iter().map(|moment| time::UtcDateTime::from_system_time(*moment)).collect());
    sorted(moments.iter().map(|moment| time::PrimitiveDateTime::from_system_time(*moment)).collect());
    sorted(moments.iter().map(|moment| time::UtcDateTime::from_system_time(*moment).time()).collect());
}
