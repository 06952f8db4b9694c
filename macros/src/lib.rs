//! The derive macro of the crate `dynaseal`, which re-exports it. Use it from there.

#![forbid(unsafe_code)]
// The examples are tested elsewhere: see `build.rs` of the integration tests.
#![cfg_attr(doctest, allow(dead_code))]

mod ast;
mod attr;
mod check;
mod ctxt;
mod derive;
mod expand;
mod key_attribute;
mod model;
mod names;

/// Makes a struct an entity: one encrypted and signed DynamoDB item.
///
/// Every field becomes the attribute of its name. What is not said is encrypted and signed.
///
/// ```
/// use dynaseal::{AttributeAction, EncryptedItem, Item};
///
/// #[derive(Clone, Debug, PartialEq, EncryptedItem)]
/// #[item(logical_table_name = "employees", unknown = reject)]
/// pub struct Employee {
///     #[partition_key]
///     #[item(rename = "id")]
///     employee_id: String,
///     #[sort_key]
///     hired: u32,
///     salary: u64,
///     #[encrypt]
///     #[item(default)]
///     nickname: Option<String>,
///     #[sign_only]
///     department: String,
///     #[do_nothing]
///     #[item(default = no_logins, skip_if = is_zero)]
///     logins: u64,
///     #[item(bytes)]
///     photo: Vec<u8>,
///     #[item(skip)]
///     label: String,
/// }
///
/// fn no_logins() -> u64 {
///     0
/// }
///
/// fn is_zero(logins: &u64) -> bool {
///     *logins == 0
/// }
///
/// let employee = Employee {
///     employee_id: "e-1".to_owned(),
///     hired: 2020,
///     salary: 4200,
///     nickname: None,
///     department: "legal".to_owned(),
///     logins: 0,
///     photo: vec![1, 2, 3],
///     label: String::new(),
/// };
///
/// // A key is made from the values of its parts, in the order partition key, sort key.
/// assert_eq!(EmployeeKey::from(("e-1", 2020)), employee.key());
///
/// // What the repository does, without the encryption in between.
/// let mut item: Item = employee.to_item()?;
/// assert!(item.contains_key("id"));
/// assert!(!item.contains_key("nickname") && !item.contains_key("logins") && !item.contains_key("label"));
/// assert_eq!(Employee::from_item(&mut item)?, employee);
///
/// assert!(Employee::ACTIONS.contains(&("salary", AttributeAction::EncryptAndSign)));
/// assert!(Employee::ACTIONS.contains(&("logins", AttributeAction::DoNothing)));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// # Attributes of a field
///
/// | attribute | meaning |
/// |---|---|
/// | `#[partition_key]` | The partition key, of which there is one. |
/// | `#[sort_key]` | The sort key, if the table has one. |
/// | `#[encrypt]` | The value is encrypted and signed, as it is without any attribute. |
/// | `#[sign_only]` | The value stays readable and cannot be changed unnoticed, as that of a key. |
/// | `#[sign_and_include_in_encryption_context]` | As `#[sign_only]`, and the value is part of the encryption context. See below. |
/// | `#[do_nothing]` | The value stays readable, and whoever can write to the table can change it. |
///
/// The type of a key implements `KeyAttribute`, `Clone`, `Debug` and `PartialEq`. Every other stored value is encoded by
/// serde: its type implements `Serialize` and `Deserialize`, unless an option says otherwise. The struct itself needs neither.
///
/// What serde is told of the struct's own fields holds for serde alone, and is ignored here, since the struct may be serialized
/// for another purpose as well:
///
/// | written for serde | what to write for the item |
/// |---|---|
/// | `#[serde(rename = "..")]` | `#[item(rename = "..")]` |
/// | `#[serde(rename_all = "..")]` | `#[item(rename_all = "..")]` |
/// | `#[serde(default)]`, `#[serde(default = "path")]` | `#[item(default)]`, `#[item(default = path)]` |
/// | `#[serde(skip)]`, `skip_serializing`, `skip_deserializing` | `#[item(skip)]` |
/// | `#[serde(skip_serializing_if = "path")]` | `#[item(skip_if = path)]`; a `None` is left out in any case |
/// | `#[serde(with = "module")]`, `serialize_with`, `deserialize_with` | `#[item(with = module)]` |
/// | `#[serde(flatten)]` | nothing: each field is an attribute of its own. For attributes that the struct does not have there are `unknown` and `other`. |
/// | `#[serde(tag = "..")]` | `#[item(entity = "..")]` |
/// | `#[serde(deny_unknown_fields)]` | `#[item(unknown = reject)]` |
///
/// Inside of a field's type, serde's attributes hold as ever.
///
/// # Options of a field
///
/// They are written in `#[item(..)]`, separated by commas.
///
/// | option | meaning |
/// |---|---|
/// | `rename = "name"` | The attribute has this name instead of the field's. |
/// | `template = "YEAR#{field:04}"` | The key is stored as this text around the field's value. See below. |
/// | `default` | If the attribute is absent, the field is `Default::default()`. |
/// | `default = path` | If the attribute is absent, the field is what this function returns. |
/// | `skip` | The field is not stored. When an item is read, it has its default: `Default::default()`, or that of `default = path`. |
/// | `skip_if = path` | The attribute is left out if this function, `fn(&T) -> bool`, says so. |
/// | `ttl` | DynamoDB may delete the item at this time. See below. |
/// | `version` | Every write increments it, and expects the number from before. See below. |
/// | `created_at` | A write sets it to the time, if it is unset. See below. |
/// | `updated_at` | Every write sets it to the time. See below. |
/// | `bytes` | The value is stored as a binary. For `Vec<u8>`, `[u8; N]`, `Box<[u8]>`, whatever else is `AsRef<[u8]>` and `TryFrom<Vec<u8>>`, and `Option`s of these. |
/// | `number` | The value is stored as a number, and text of one is read as well. For `Number`, and with the features of their names `rust_decimal::Decimal` and `bigdecimal::BigDecimal`, which serde stores as text, and `Option`s of these. Filters find old text only after a `reencrypt`. |
/// | `set` | The value is stored as a set. For `HashSet`, `BTreeSet` and `Vec` of types that can be keys. An empty set is an absent attribute; an element that is there twice is an error. |
/// | `with = path` | The value is stored as the functions of this module say, which are those of serde's own `with`: `fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>` and `fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>`. The type itself needs no serde. |
///
/// `None`, and whatever else serde calls null, is an absent attribute. An absent attribute without a default is `None`
/// where the type has one, and an error elsewhere. So with `default`, a `None` that was stored comes back as the default.
///
/// Serde stores bytes as a list of numbers, so a field of type `Vec<u8>`, `[u8; N]`, `Box<[u8]>`, `Arc<[u8]>` or
/// `Cow<'static, [u8]>`, or an `Option` of one, does not compile without `bytes`. Neither does an `Option` of an `Option`, since
/// only one of the two `None`s could be read back, nor a map whose keys are tuples, lists or `Option`s, since the keys of
/// DynamoDB's maps are strings. This cannot be seen in a nested value or behind a type parameter.
///
/// A table of types, with what each of them is stored as and can be, is in the documentation of `dynaseal::codec`.
///
/// # Options of the struct
///
/// | option | meaning |
/// |---|---|
/// | `logical_table_name = "name"` | Signatures are bound to this name instead of the table's, so that items survive a restore under another name. Items can be moved between all tables that share a logical name and keys. |
/// | `rename_all = "camelCase"` | The attributes' names are those of the fields in this case, which is one of serde's. A field's own `rename` stands. |
/// | `require_explicit` | Every field but keys and the version says what happens to it: `#[encrypt]`, too, has to be written. |
/// | `debug` | `Debug` is implemented, and shows `[REDACTED]` for what is encrypted or not stored. Instead of `#[derive(Debug)]`, which shows everything. |
/// | `partition_key(name = "name", template = "T#{field}")` | The partition key is no field, but made of fields. See below. |
/// | `sort_key(name = "name", template = "..")` | The same of the sort key. |
/// | `unknown = encrypt` | How stored attributes were written that the struct does not have: encrypted and signed, which is the default; or `sign_only` or `do_nothing`, which is what the Java mapper assumes. |
/// | `unknown = reject` | An item with an attribute that the struct does not have is refused. |
/// | `unsigned_prefix = ":"` | Attributes whose names begin with this are never signed, whether the struct has them or not. See below. |
/// | `other("name", action = sign_only)` | Declares an attribute that the struct does not have, with the action that its writers use. It can be given several times. See below. |
/// | `entity = "value"` | Every item says in a signed attribute, `entity`, which entity it is, and no other is made of it. See below. |
/// | `entity(value = "value", attribute = "name")` | The same in an attribute of this name. |
/// | `index(name = "name", partition = field, ..)` | Declares a secondary index of the table. It can be given several times. See below. |
/// | `crate = path` | Where the crate `dynaseal` is, if not at `::dynaseal`: for code that re-exports it. |
///
/// # Names, sets, and what is seen
///
/// ```
/// use std::collections::BTreeSet;
///
/// use dynaseal::{AttributeValue, EncryptedItem};
///
/// #[derive(EncryptedItem)]
/// #[item(rename_all = "camelCase", require_explicit, debug)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[encrypt]
///     first_name: String,
///     #[sign_only]
///     #[item(set)]
///     skills: BTreeSet<String>,
/// }
///
/// let skills = BTreeSet::from(["law".to_owned()]);
/// let ada = Employee { employee_id: "e-1".to_owned(), first_name: "Ada".to_owned(), skills };
/// assert_eq!(format!("{ada:?}"), r#"Employee { employee_id: "e-1", first_name: [REDACTED], skills: {"law"} }"#);
///
/// let item = ada.to_item()?;
/// assert!(item.contains_key("firstName"));
/// assert_eq!(item["skills"], AttributeValue::Ss(vec!["law".to_owned()]));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// # A form of your own, and a crate under another name
///
/// ```
/// mod vendor {
///     pub use dynaseal as sealed;
/// }
///
/// /// Badges as `B-7`, where others expect them so.
/// mod badge {
///     use serde::de::Error as _;
///     use serde::{Deserialize as _, Deserializer, Serializer};
///
///     pub fn serialize<S: Serializer>(badge: &u32, serializer: S) -> Result<S::Ok, S::Error> {
///         serializer.collect_str(&format_args!("B-{badge}"))
///     }
///
///     pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
///         let text = String::deserialize(deserializer)?;
///         let number = text.strip_prefix("B-").and_then(|number| number.parse().ok());
///         number.ok_or_else(|| D::Error::custom("not a badge"))
///     }
/// }
///
/// use vendor::sealed::{AttributeValue, EncryptedItem};
///
/// #[derive(EncryptedItem)]
/// #[item(crate = vendor::sealed)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[item(with = badge)]
///     badge: u32,
/// }
///
/// let item = Employee { employee_id: "e-1".to_owned(), badge: 7 }.to_item()?;
/// assert_eq!(item["badge"], AttributeValue::S("B-7".to_owned()));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// # Keys that are made of fields
///
/// A template says how a key is made of the values of fields. A `template` above a key field is of that field alone, which
/// keeps its own type; `partition_key(..)` and `sort_key(..)` make attributes of their own, beside those of the fields.
///
/// ```
/// use dynaseal::{AttributeValue, EncryptedItem};
///
/// #[derive(Debug, PartialEq, EncryptedItem)]
/// #[item(partition_key(name = "PK", template = "TENANT#{tenant}#USER#{user}"))]
/// #[item(sort_key(name = "SK", template = "ORDER#{number:06}"))]
/// #[item(index(name = "by-status", partition(name = "IK", template = "STATUS#{status}"), sort = number))]
/// struct Order {
///     #[sign_only]
///     tenant: String,
///     #[sign_only]
///     user: String,
///     #[sign_only]
///     number: u32,
///     #[sign_only]
///     status: Option<String>,
///     total: u64,
/// }
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[sort_key]
///     #[item(template = "YEAR#{hired:04}")]
///     hired: u32,
/// }
///
/// let (tenant, user) = ("acme".to_owned(), "ada".to_owned());
/// let mut item = Order { tenant, user, number: 7, status: None, total: 4200 }.to_item()?;
/// assert_eq!(item["PK"], AttributeValue::S("TENANT#acme#USER#ada".to_owned()));
/// assert_eq!(item["SK"], AttributeValue::S("ORDER#000007".to_owned()));
/// assert!(!item.contains_key("IK")); // not in the index without a status
///
/// // The key is made from its values, in the order of the templates.
/// assert_eq!(Order::from_item(&mut item)?.key(), OrderKey::from(("acme", "ada", 7)));
/// let _ = EmployeeKey::from(("e-1", 2020));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// * `{field}` stands for the value of a field that is a key or `#[sign_only]`: text, an integer, a boolean, an identifier or a
///   date. `{{` is a brace, and `\\x24{field}` a dollar sign before a value.
/// * `{field:06}` is an unsigned integer with leading zeros. One of more digits cannot be written. Text at the end of a
///   template sorts as text does: see `dynaseal::index::Trailing`.
/// * A query of a sort key with several values takes all of them or the first ones, has ranges where those have a fixed
///   width, and beginnings of text: see `dynaseal::index::Parts`. It never reads keys that do not begin as the template does.
/// * Between two values stands text, and a value that contains the text behind it cannot be written, so that no two entities
///   can have the same key by accident. The value at the end can contain anything.
/// * An item whose key is not what its fields make is refused.
/// * `index(..)` takes `partition(name = "..", template = "..")` and `sort(name = "..", template = "..")` as well. Where a field
///   is `None`, the item is not in the index. An index whose keys are those of the table the other way round repeats them.
///
/// # Several entities in one table
///
/// A value that says which entity an item is keeps items of different structs apart, whatever attributes they share. It is
/// signed, and reading an item as another entity is an error. Writing and deleting look at the key alone, unless they are given a
/// condition: let keys say which entity they are of, too.
///
/// ```
/// use dynaseal::{EncryptedItem, ErrorKind};
///
/// #[derive(EncryptedItem)]
/// #[item(entity = "employee")]
/// struct Employee {
///     #[partition_key]
///     id: String,
/// }
///
/// #[derive(EncryptedItem)]
/// #[item(entity(value = "project", attribute = "entity"))]
/// struct Project {
///     #[partition_key]
///     id: String,
/// }
///
/// let mut item = Employee { id: "1".to_owned() }.to_item()?;
/// assert_eq!(Project::from_item(&mut item).err().map(|error| error.kind()), Some(ErrorKind::Schema));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// # Time to live
///
/// ```
/// use dynaseal::{EncryptedItem, Expiry};
///
/// #[derive(EncryptedItem)]
/// struct Session {
///     #[partition_key]
///     session_id: String,
///     #[sign_only]
///     #[item(ttl)]
///     expires: Option<Expiry>,
/// }
///
/// assert_eq!(Session::TIME_TO_LIVE, Some("expires"));
/// ```
///
/// Of at most one field, which is a key, `#[sign_only]` or `#[do_nothing]`. Its type is `dynaseal::Expiry`, a `u64` or `i64`
/// that counts seconds since the Unix epoch, or an `Option` of one. If it is no key, it can also be a `SystemTime`, with the
/// feature `chrono` a `DateTime<Utc>`, or with the feature `time` an `OffsetDateTime` or `UtcDateTime`: these are stored as
/// whole seconds, rounded up, and read back so. Source:
/// [Using time to live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
///
/// # Version and times
///
/// ```
/// use dynaseal::EncryptedItem;
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
///     #[item(version)]
///     version: u64,
///     #[sign_only]
///     #[item(created_at)]
///     created: i64,
///     #[item(updated_at)]
///     updated: Option<i64>,
/// }
///
/// assert_eq!(Employee::STAMPS, ["version", "created", "updated"]);
/// ```
///
/// Each is at most one field, and no key. Calls that write such an entity return it as it was stored; the fields that are
/// not stored have their defaults there. `update_in_place` sets none of them.
///
/// * `version` is an integer of 8 to 64 bits, and signed in plain without being told. It is 0 for what was never written,
///   which is an absent attribute, and each write stores the next number. `put` and `replace` fail with `Conflict` unless the
///   stored version is that of the entity. It is what the Java mapper's `@DynamoDBVersionAttribute` is.
/// * `created_at` and `updated_at` are of a type that implements `dynaseal::Timestamp`: `u64` or `i64`, for seconds since the
///   Unix epoch, `SystemTime`, a time in UTC of `chrono` or `time`, an `Option` of one, or a type of your own. The time is that of `Repository::builder(..).clock(..)`.
///
/// # Attributes that the struct does not have
///
/// An item can only be verified with the actions that it was written with. Of stored attributes that the struct does not
/// have, `unknown` says the action of all; `other` says that of one: a retired attribute, one that a newer version of the
/// struct will have, or somebody else's. They are kept by `save` and `update_with`.
///
/// ```
/// use dynaseal::{AttributeAction, EncryptedItem};
///
/// #[derive(EncryptedItem)]
/// #[item(other("grade", action = sign_only), other("badge", action = do_nothing))]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
/// }
///
/// let others = [("badge", AttributeAction::DoNothing), ("grade", AttributeAction::SignOnly)];
/// assert_eq!(Employee::OTHER_ATTRIBUTES, others);
/// ```
///
/// # The encryption context, and what is never signed
///
/// Items of the [AWS Database Encryption SDK](https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/what-is-database-encryption-sdk.html),
/// those of `Repository::builder(..).keyring(..)`, have an encryption context: facts that the key of an item is bound to. AWS KMS
/// writes it to its logs, and policies can refer to it.
///
/// ```
/// use dynaseal::{AttributeAction, EncryptedItem};
///
/// #[derive(EncryptedItem)]
/// #[item(unsigned_prefix = ":")]
/// struct Invoice {
///     #[partition_key]
///     invoice_id: String,
///     #[sign_and_include_in_encryption_context]
///     customer: String,
///     total: u64,
///     #[do_nothing]
///     #[item(rename = ":paid")]
///     paid: bool,
/// }
///
/// // The primary key is in the encryption context as soon as something else is.
/// assert_eq!(Invoice::ACTIONS[2], ("invoice_id", AttributeAction::SignAndIncludeInEncryptionContext));
/// ```
///
/// * What is in the encryption context is **not secret**: it stands readable in the item, and AWS KMS logs it.
/// * It is in every item: the field is no `Option`, no set and no version, and has no `skip_if`. Its value has at most 65,535
///   bytes, or about 49,000 of a binary, list or map; a write of more fails with `Usage`.
/// * The DynamoDB Encryption Client has no encryption context, so such an entity has no repository with `.materials(..)`: it is no
///   `DdbecEntity`.
/// * In these items an attribute can only become signed, or unsigned, by changing its name. A prefix that is chosen early leaves
///   room for unsigned attributes that are not known yet.
///
/// # Secondary indexes
///
/// ```
/// use dynaseal::{EncryptedItem, IndexProjection, IndexScope};
///
/// #[derive(EncryptedItem)]
/// #[item(index(name = "by-department", partition = department, sort = hired))]
/// #[item(index(name = "by-badge", partition = badge, projection = keys_only))]
/// #[item(index(name = "by-logins", local, sort = logins, projection = include(salary)))]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[sort_key]
///     hired: u32,
///     salary: u64,
///     #[sign_only]
///     department: String,
///     #[sign_only]
///     badge: Option<String>, // who has none is not in the index
///     #[do_nothing]
///     logins: u64,
/// }
///
/// assert_eq!(Employee::indexes().by_department.name(), Some("by-department"));
/// assert_eq!(Employee::INDEXES[1].projection, IndexProjection::KeysOnly);
/// assert_eq!(Employee::INDEXES[2].scope, IndexScope::Local);
/// ```
///
/// | option of `index` | meaning |
/// |---|---|
/// | `name = "name"` | The name that DynamoDB knows the index by. Its handle has the same name in snake case. |
/// | `partition = field` | The index's partition key: a key, or a `#[sign_only]` or `#[do_nothing]` field; or `partition(name = "..", template = "..")`. |
/// | `sort = field` | The index's sort key, if it has one; or `sort(name = "..", template = "..")`. |
/// | `local` | The index is local: it has the table's partition key and a sort key of its own. |
/// | `projection = all` | The index holds whole items, which is the default. |
/// | `projection = keys_only` | It holds the keys of the table and its own. Items that are found through it are read from the table. |
/// | `projection = include(field, ..)` | It holds the keys and these fields' attributes, for others to read: what is incomplete cannot be verified. All indexes of a table together can hold 100 such attributes. |
///
/// The type of an index key implements `KeyAttribute`, or is an `Option` of such a type; where it is `None`, the item is not
/// in the index. A table has at most 20 global and 5 local indexes, unless AWS raises the former; local ones can only be
/// created together with the table. These and other limits are among DynamoDB's
/// [constraints](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
///
/// # What is generated
///
/// For a struct `Employee`, the implementation of the trait `EncryptedItem`, and structs that are visible where `Employee` is:
/// `EmployeeKey` and `EmployeeFields`, and `EmployeeIndexes` if there are indexes.
///
/// `EmployeeKey` has the fields that make the key, all public, and the type parameters that their types mention. It can be
/// made from the value of its only field, or from a tuple of all, the partition key's first, and from `&Employee`. Where a
/// value is a `String`, anything that is `Into<String>` will do.
///
/// `EmployeeFields` has a handle for every stored field, and `Employee::fields()` makes it. With the handle of a
/// `#[do_nothing]` field, the server can be told to change the attribute without reading the item; with the others this does
/// not compile.
///
/// ```
/// # use dynaseal::{EncryptedItem, Repository};
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64, #[do_nothing] logins: u64 }
/// # async fn log_in(employees: Repository<Employee>) -> dynaseal::Result<()> {
/// employees.update_in_place("e-1", Employee::fields().logins.add(1)).await?;
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail
/// # use dynaseal::EncryptedItem;
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64, #[do_nothing] logins: u64 }
/// Employee::fields().salary.add(1); // encrypted
/// ```
///
/// `EmployeeIndexes` has a handle for every secondary index, and `Employee::indexes()` makes it.
///
/// An entity owns its values, so it has no lifetime parameters.
///
/// # Errors
///
/// What could not work at run time, or would leak, does not compile. All mistakes of a struct are reported at once, each
/// with what is wrong, why, and what to write instead; the guide's page `compile_errors` explains the usual ones.
///
/// At run time, `to_item` fails with `Codec` for a value that has no form in DynamoDB, and writing for one that DynamoDB does
/// not take, such as NaN; `from_item` with `Schema` for an
/// item that does not fit, and writing with `Usage` where a version cannot be incremented any further. Each names the
/// attribute.
#[cfg(not(doctest))]
#[proc_macro_derive(
    EncryptedItem,
    attributes(partition_key, sort_key, encrypt, sign_only, sign_and_include_in_encryption_context, do_nothing, item)
)]
pub fn derive_encrypted_item(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::derive(input.into()).into()
}

/// Makes a newtype or a fieldless enum a key: of a table, of an index, or part of a template.
///
/// A newtype is stored as the value inside is, and whatever holds of keys of that type holds of it: its order, and its width
/// in a template. An enum is stored as text, the names of its variants.
///
/// ```
/// use dynaseal::{AttributeValue, EncryptedItem, KeyAttribute};
///
/// #[derive(Clone, Debug, PartialEq, KeyAttribute)]
/// struct EmployeeId(String);
///
/// #[derive(Clone, Copy, Debug, PartialEq, KeyAttribute)]
/// #[item(rename_all = "kebab-case")]
/// enum Department {
///     Legal,
///     HumanResources,
///     #[item(rename = "r&d")]
///     Research,
/// }
///
/// #[derive(EncryptedItem)]
/// #[item(index(name = "by-department", partition = department))]
/// struct Employee {
///     #[partition_key]
///     employee_id: EmployeeId,
///     #[sign_only]
///     department: Department,
///     salary: u64,
/// }
///
/// assert_eq!(EmployeeId("e-1".to_owned()).encode()?, AttributeValue::S("e-1".to_owned()));
/// assert_eq!(Department::HumanResources.encode()?, AttributeValue::S("human-resources".to_owned()));
/// assert_eq!(Department::decode(AttributeValue::S("r&d".to_owned()))?, Department::Research);
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// | option of `#[item(..)]` | where | meaning |
/// |---|---|---|
/// | `rename_all = "snake_case"` | an enum | The variants are stored in this case, which is one of serde's; without it, as they are written. |
/// | `rename = "name"` | a variant | It is stored as this text. |
/// | `crate = path` | both | Where the crate `dynaseal` is, if not at `::dynaseal`. |
///
/// What is written for serde is not followed; where a `#[serde(rename = ..)]` or `rename_all` says another name, that is an
/// error, since a value should be stored in one form whether or not it is a key.
///
/// A newtype's value is made of what is stored, without its constructors: for a type whose values are checked, implement
/// `dynaseal::KeyAttribute` by hand, or use `dynaseal::key_attribute!`.
///
/// # Errors
///
/// Reading fails with `Schema` for a text that is none of an enum's, and as the type inside a newtype does.
#[cfg(not(doctest))]
#[proc_macro_derive(KeyAttribute, attributes(item))]
pub fn derive_key_attribute(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    key_attribute::derive(input.into()).into()
}
