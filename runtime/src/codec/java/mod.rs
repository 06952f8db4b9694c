//! Encodings for tables that Java's `DynamoDBMapper` with `AttributeEncryptor` also reads and writes.
//!
//! | Java | Rust |
//! |---|---|
//! | `@DynamoDBTable` | `#[derive(EncryptedItem)]`; the table's name is the repository's |
//! | `@TableAadOverride(tableName = "t")` | `#[item(logical_table_name = "t")]` above the struct |
//! | `@HandleUnknownAttributes` | nothing |
//! | no `@HandleUnknownAttributes` | `#[item(unknown = do_nothing)]` above the struct |
//! | `@DynamoDBHashKey`, `@DynamoDBRangeKey` | `#[partition_key]`, `#[sort_key]` |
//! | `@DynamoDBVersionAttribute` | `#[item(version)]` |
//! | `@DynamoDBAttribute` | nothing, or `#[encrypt]` |
//! | `@DoNotEncrypt` | `#[sign_only]` |
//! | `@DoNotTouch` | `#[do_nothing]` |
//! | `@DynamoDBIgnore` | `#[item(skip)]` |
//! | `attributeName = "n"` | `#[item(rename = "n")]`; without it, Java's names are `camelCase` |
//! | `Boolean` | `bool` and `#[item(with = dynaseal::codec::java::bool_number)]` |
//! | `Boolean` with `@DynamoDBTyped(BOOL)` | `bool` |
//! | `Date` | [`SystemTime`](std::time::SystemTime) and `#[item(with = dynaseal::codec::java::date_iso)]` |
//! | `@DynamoDBTypeConvertedJson` | a serde type and `#[item(with = dynaseal::codec::java::json)]` |
//! | `Set<String>`, `Set<Integer>` | a collection and `#[item(set)]` |
//! | `ByteBuffer`, `byte[]` | `Vec<u8>` and `#[item(bytes)]` |
//! | a reference that can be null | an `Option`; the modules take it as well |
//!
//! The mapper has to save with `SaveBehavior.PUT`: the encryptor rejects partial updates of an item.
//!
//! A value that a module cannot write fails with `Codec`, and a stored value that it cannot read with `Schema`; both
//! errors name the attribute and do not show the value.
//!
//! Sources: the mapper's [data
//! types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBMapper.DataTypes.html), and items
//! written by `aws-dynamodb-encryption-java` 2.0.3.
//!
//! # Example
//! The Java class
//!
//! ```java
//! @DynamoDBTable(tableName = "staff")
//! public class Person {
//!     @DynamoDBHashKey(attributeName = "person_id")    public String getPersonId()
//!     @DynamoDBVersionAttribute                        public Long getVersion()
//!     @DynamoDBAttribute                               public Boolean getActive()
//!     @DynamoDBAttribute                               public Date getBorn()
//!     @DynamoDBTypeConvertedJson                       public Address getAddress()
//!     @DynamoDBAttribute                               public Set<String> getLanguages()
//!     @DoNotEncrypt @DynamoDBAttribute                 public String getDepartment()
//!     @DoNotTouch @DynamoDBAttribute                   public Long getLogins()
//!     // and a setter for each
//! }
//! ```
//!
//! corresponds to this struct, and each reads the items of the other:
//!
//! ```
//! use std::collections::BTreeSet;
//! use std::time::{Duration, SystemTime};
//!
//! use dynaseal::codec::java::{bool_number, date_iso, json};
//! use dynaseal::{AttributeValue, EncryptedItem};
//!
//! #[derive(EncryptedItem)]
//! #[item(unknown = do_nothing)]
//! struct Person {
//!     #[partition_key]
//!     person_id: String,
//!     #[item(version)]
//!     version: u64,
//!     #[item(with = bool_number)]
//!     active: bool,
//!     #[item(with = date_iso)]
//!     born: Option<SystemTime>,
//!     #[item(with = json)]
//!     address: Address,
//!     #[item(with = serde_dynamo::string_set)]
//!     languages: BTreeSet<String>,
//!     #[sign_only]
//!     department: String,
//!     #[do_nothing]
//!     logins: u64,
//! }
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Address {
//!     city: String,
//! }
//!
//! let item = Person {
//!     person_id: "p-1".to_owned(),
//!     version: 1,
//!     active: true,
//!     born: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_500)),
//!     address: Address { city: "London".to_owned() },
//!     languages: ["en".to_owned()].into(),
//!     department: "legal".to_owned(),
//!     logins: 3,
//! }
//! .to_item()?;
//! assert_eq!(item["active"], AttributeValue::N("1".to_owned()));
//! assert_eq!(item["born"], AttributeValue::S("1970-01-01T00:00:01.500Z".to_owned()));
//! assert_eq!(item["address"], AttributeValue::S(r#"{"city":"London"}"#.to_owned()));
//! # Ok::<(), dynaseal::Error>(())
//! ```

pub mod bool_number;
pub mod date_iso;
pub mod json;

/// A value, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "this module does not encode a `{Self}`",
    label = "not a `{V}`, or `Option<{V}>`",
    note = "it is for fields of type `{V}` or `Option<{V}>`"
)]
pub trait Nullable<V>: Sized {
    /// Returns the value; `None` if there is none.
    fn value(&self) -> Option<&V>;

    /// Creates the field from the value; `None` if a value is required and missing.
    fn of(value: Option<V>) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<V> Nullable<V> for V {
    fn value(&self) -> Option<&V> {
        Some(self)
    }

    fn of(value: Option<V>) -> Option<Self> {
        value
    }
}

#[diagnostic::do_not_recommend]
impl<V> Nullable<V> for Option<V> {
    fn value(&self) -> Option<&V> {
        self.as_ref()
    }

    fn of(value: Option<V>) -> Option<Self> {
        Some(value)
    }
}

#[cfg(test)]
mod tests;
