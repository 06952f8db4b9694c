#![deny(warnings)]

use dynaseal::index::{Enclosed, Index, NoSortKey, Padded, Parts, Text, Trailing};
use dynaseal::{EncryptedItem, KeyAttribute, Repository};

/// Keys whose parts depend on parameters.
#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "{owner}#{{}}#{type}"))]
#[item(index(name = "by-level", partition(name = "IK", template = "L#{level:03}#{owner}")))]
pub struct Document<Owner, Level>
where
    Owner: KeyAttribute + Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static,
    Level: Send + Sync + 'static,
{
    #[sign_only]
    owner: Owner,
    #[sign_only]
    r#type: u8,
    #[sign_only]
    level: Level,
}

#[derive(EncryptedItem)]
pub struct Employee {
    #[partition_key]
    #[item(template = "EMPLOYEE#{id}")]
    id: String,
    #[sort_key]
    #[item(rename = "SK", template = "YEAR#{hired}")]
    hired: u32,
}

/// A key with text after the value, which supports prefixes and no ranges.
#[derive(EncryptedItem)]
#[deprecated]
pub struct Closed {
    #[partition_key]
    id: String,
    #[sort_key]
    #[item(template = "<{name}>")]
    #[deprecated]
    name: String,
}

#[derive(EncryptedItem)]
#[item(sort_key(name = "SK", template = "{year:04}-{month:02}#{slug}"))]
pub struct Event {
    #[partition_key]
    id: String,
    #[sign_only]
    year: u16,
    #[sign_only]
    month: u8,
    #[sign_only]
    slug: String,
}

/// Queries by all values, by the first ones, and by prefixes.
#[allow(deprecated)]
async fn queries(events: Repository<Event>, closed: Repository<Closed>) -> dynaseal::Result<()> {
    let text = String::from("text");
    events.query("e").sort_eq(2026).collect().await?;
    events.query("e").sort_eq((2026, 5)).collect().await?;
    events.query("e").sort_eq((2026, 5, &text)).collect().await?;
    events.query("e").sort_ge(2026).collect().await?;
    events.query("e").sort_between((2026, 3), (2026, 5, "x")).collect().await?;
    events.query("e").sort_lt((2026, 5, text.clone())).collect().await?;
    events.query("e").sort_begins_with((2026, 5, "te")).collect().await?;
    closed.query("c").sort_eq(&text).collect().await?;
    closed.query("c").sort_begins_with("te").collect().await?;
    Ok(())
}

#[allow(deprecated)]
fn main() {
    let _ = queries;
    let _: DocumentKey<String> = (String::from("ada"), 1).into();
    let _: Index<Document<String, Option<u32>>, (u32, String), NoSortKey> =
        Document::<String, Option<u32>>::indexes().by_level;
    let _: Index<Employee, String, Trailing<u32>> = Employee::primary_index();
    let _: Index<Closed, String, Parts<(Text<String>,), Enclosed>> = Closed::primary_index();
    let _: Index<Event, String, Parts<(Padded<u16, 4>, Padded<u8, 2>, Text<String>)>> = Event::primary_index();
    let _ = Closed::fields().name;
    let _: EmployeeKey = ("e-1", 2020).into();
}
