//! The derive macros of the crate `dynaseal`, which re-exports them. Use them from there.

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

/// Implements `EncryptedItem` for a struct, which becomes an entity: one encrypted and signed DynamoDB item.
///
/// Every field becomes the attribute of its name. A field without an annotation is encrypted and signed.
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
/// // A key is created from the values of its parts, in the order partition key, sort key.
/// assert_eq!(EmployeeKey::from(("e-1", 2020)), employee.key());
///
/// // The conversions of the repository, without encryption.
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
/// | `#[partition_key]` | The partition key. There is exactly one. |
/// | `#[sort_key]` | The sort key, if the table has one. |
/// | `#[encrypt]` | The value is encrypted and signed. This is the default. |
/// | `#[sign_only]` | The value is readable and signed, as that of a key: changes are detected. |
/// | `#[sign_and_include_in_encryption_context]` | As `#[sign_only]`, and the value is part of the encryption context. See below. |
/// | `#[do_nothing]` | The value is readable, and anyone who can write to the table can change it. |
///
/// The type of a key implements `KeyAttribute`, `Clone`, `Debug` and `PartialEq`. Every other stored value is encoded by
/// serde: its type implements `Serialize` and `Deserialize`, unless an option replaces serde. The struct itself needs neither.
///
/// Serde's attributes on the struct's own fields are ignored, because the struct may also be serialized for another purpose:
///
/// | attribute for serde | equivalent for the item |
/// |---|---|
/// | `#[serde(rename = "..")]` | `#[item(rename = "..")]` |
/// | `#[serde(alias = "..")]` | `#[item(alias = "..")]` |
/// | `#[serde(rename_all = "..")]` | `#[item(rename_all = "..")]` |
/// | `#[serde(default)]`, `#[serde(default = "path")]` | `#[item(default)]`, `#[item(default = path)]` |
/// | `#[serde(skip)]`, `skip_serializing`, `skip_deserializing` | `#[item(skip)]` |
/// | `#[serde(skip_serializing_if = "path")]` | `#[item(skip_if = path)]`; `None` is always omitted |
/// | `#[serde(with = "module")]`, `serialize_with`, `deserialize_with` | `#[item(with = module)]` |
/// | `#[serde(flatten)]` | none: each field is a separate attribute. For attributes that the struct does not declare, use `unknown` and `other`. |
/// | `#[serde(tag = "..")]` | `#[item(entity = "..")]` |
/// | `#[serde(deny_unknown_fields)]` | `#[item(unknown = reject)]` |
///
/// Inside a field's type, serde's attributes apply as usual.
///
/// # Options of a field
///
/// Options are written in `#[item(..)]`, separated by commas.
///
/// | option | meaning |
/// |---|---|
/// | `rename = "name"` | The attribute has this name instead of the field's. |
/// | `alias = "name"` | The attribute is read under this name if it is not stored under its own. It can be given several times. See below. |
/// | `template = "YEAR#{field:04}"` | The key is stored as this text around the field's value. See below. |
/// | `default` | If the attribute is absent, the field is `Default::default()`. |
/// | `default = path` | If the attribute is absent, the field is the result of this function. |
/// | `skip` | The field is not stored. When an item is read, it has its default: `Default::default()`, or that of `default = path`. |
/// | `skip_if = path` | The attribute is omitted if this function, `fn(&T) -> bool`, returns true. |
/// | `beacon(bits = 24, ..)` | The encrypted value can be searched by a truncated hash of this length. See below. |
/// | `ttl` | DynamoDB may delete the item at this time. See below. |
/// | `tenant` | The value identifies the tenant of the item, whose branch key encrypts it. See below. |
/// | `version` | Every write increments it, and requires the previous number to be stored. See below. |
/// | `created_at` | A write sets it to the current time, if it is unset. See below. |
/// | `updated_at` | Every write sets it to the current time. See below. |
/// | `bytes` | The value is stored as a binary. For `Vec<u8>`, `[u8; N]`, `Box<[u8]>`, other types that are `AsRef<[u8]>` and `TryFrom<Vec<u8>>`, and `Option`s of these. |
/// | `number` | The value is stored as a number; a number stored as text is also read. For `Number`, with the features of these names for `rust_decimal::Decimal` and `bigdecimal::BigDecimal`, which serde stores as text, and for `Option`s of these. Filters find old text only after a `reencrypt`. |
/// | `set` | The value is stored as a set. For `HashSet`, `BTreeSet` and `Vec` of types that can be keys. An empty set is an absent attribute; a duplicate element is an error. |
/// | `with = path` | The value is encoded by the functions of this module, which have the signatures of serde's own `with`: `fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>` and `fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>`. The type itself needs no serde. |
///
/// `None`, and every other value that serde encodes as null, is an absent attribute. An absent attribute without a default is
/// `None` if the type has such a value, and otherwise an error. Therefore, with `default`, a stored `None` is read as the default.
///
/// Serde stores bytes as a list of numbers, so a field of type `Vec<u8>`, `[u8; N]`, `Box<[u8]>`, `Arc<[u8]>` or
/// `Cow<'static, [u8]>`, or an `Option` of one, does not compile without `bytes`. Neither does an `Option` of an
/// `Option`, because only one of the two `None`s could be read back, nor a map whose keys are tuples, lists or
/// `Option`s, because the keys of DynamoDB's maps are strings. These checks do not apply to nested values or behind a
/// type parameter.
///
/// With `alias`, a renamed attribute is also read under its former name, which has the field's action. The next write of the
/// item stores it under its own name only. Until then conditions, filters and indexes do not find it, because they use the
/// attribute's own name. If an item has both, the field has the value under its own name, and the other is treated as an
/// attribute that the struct does not have. Keys, the version, `#[do_nothing]` fields and those in the encryption context have no
/// alias.
///
/// The documentation of `dynaseal::codec` has a table of types, with the stored form and the possible roles of each.
///
/// # Options of the struct
///
/// | option | meaning |
/// |---|---|
/// | `logical_table_name = "name"` | Signatures are bound to this name instead of the table's, so that items verify after a restore under another name. Items can be moved between all tables that share a logical name and keys. |
/// | `rename_all = "camelCase"` | The attributes have the names of the fields in this case, which is one of serde's. A field's own `rename` takes precedence. |
/// | `require_explicit` | Every field except keys and the version requires an attribute action, even `#[encrypt]`. |
/// | `debug` | Implements `Debug` with `[REDACTED]` for fields that are encrypted or not stored. Use it instead of `#[derive(Debug)]`, which shows all values. |
/// | `partition_key(name = "name", template = "T#{field}")` | The partition key is not a field, but composed of fields. See below. |
/// | `sort_key(name = "name", template = "..")` | The same for the sort key. |
/// | `unknown = encrypt` | The action of stored attributes that the struct does not declare: encrypted and signed, which is the default; or `sign_only`, or `do_nothing`, which the Java mapper assumes. |
/// | `unknown = reject` | An item with an attribute that the struct does not declare is rejected. |
/// | `unsigned_prefix = ":"` | Attributes whose names begin with this prefix are never signed, whether or not the struct declares them. See below. |
/// | `other("name", action = sign_only)` | Declares an attribute that is not a field, with the action that its writers use. Can be repeated. See below. |
/// | `entity = "value"` | Every item records its entity in the signed attribute `entity`, and cannot be read as another entity. See below. |
/// | `entity(value = "value", attribute = "name")` | The same with an attribute of this name. |
/// | `index(name = "name", partition = field, ..)` | Declares a secondary index of the table. Can be repeated. See below. |
/// | `beacon(name = name, of = field, bits = 24, ..)` | Declares a beacon of a field or of a part of it. Can be repeated. See below. |
/// | `compound(name = name, split = '^', ..)` | Declares a beacon of several values. Can be repeated. See below. |
/// | `partitions = 5` | Spreads items over this number of partitions, which have different beacons for equal values. |
/// | `crate = path` | The path of the crate `dynaseal`, if not `::dynaseal`: for crates that re-export it. |
///
/// # Names, sets and `Debug`
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
/// # Custom encodings, and a re-exported crate
///
/// ```
/// mod vendor {
///     pub use dynaseal as sealed;
/// }
///
/// /// Badges in the form `B-7`, as other programs expect them.
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
/// # Keys composed of fields
///
/// A template defines how a key is composed of the values of fields. A `template` above a key field contains only that field,
/// which keeps its type; `partition_key(..)` and `sort_key(..)` define separate attributes, in addition to those of the fields.
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
/// // The key is created from its values, in the order of the templates.
/// assert_eq!(Order::from_item(&mut item)?.key(), OrderKey::from(("acme", "ada", 7)));
/// let _ = EmployeeKey::from(("e-1", 2020));
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// * `{field}` stands for the value of a field that is a key or `#[sign_only]`: text, an integer, a boolean, an identifier or a
///   date. `{{` is a brace, and `\\x24{field}` a dollar sign before a value.
/// * `{field:06}` is an unsigned integer with leading zeros. A number with more digits cannot be written. Text at the end of a
///   template keeps its order: see `dynaseal::index::Trailing`.
/// * A query of a sort key with several values takes all of them or the first ones. It supports ranges where these have a fixed
///   width, and beginnings of text: see `dynaseal::index::Parts`. It never reads keys that do not match the template.
/// * Text separates every two values. A value that contains the text after it cannot be written, so that two entities cannot
///   have the same key by accident. The last value can contain anything.
/// * An item whose key does not match its fields is rejected.
/// * `index(..)` also accepts `partition(name = "..", template = "..")` and `sort(name = "..", template = "..")`. If a field
///   is `None`, the item is not in the index. An index with the table's keys in reverse order repeats their templates.
///
/// # Several entities in one table
///
/// A discriminator identifies the entity of an item, and distinguishes items of different structs with the same attributes. It
/// is signed, and reading an item as another entity is an error. Writing and deleting only depend on the key, unless they have a
/// condition: include the entity in the keys as well.
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
/// At most one field can have it: a key, or a `#[sign_only]` or `#[do_nothing]` field. Its type is `dynaseal::Expiry`, a `u64` or
/// `i64` of seconds since the Unix epoch, or an `Option` of one. If it is not a key, it can also be a `SystemTime`, with the
/// feature `chrono` a `DateTime<Utc>`, or with the feature `time` an `OffsetDateTime` or `UtcDateTime`: these are stored as
/// whole seconds, rounded up. Source:
/// [Using time to live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
///
/// # Version and timestamps
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
/// assert_eq!(Employee::MANAGED, ["version", "created", "updated"]);
/// ```
///
/// Each of the three can be on at most one field, which is not a key. Calls that write such an entity return it as stored;
/// fields that are not stored have their defaults in it. `update_in_place` sets none of them.
///
/// * `version` is an integer of 8 to 64 bits, and is sign-only by default. 0 means that the entity was never written, and is
///   stored as an absent attribute; each write stores the next number. `put` and `replace` fail with `Conflict` unless the
///   stored version is that of the entity. It corresponds to the Java mapper's `@DynamoDBVersionAttribute`.
/// * `created_at` and `updated_at` have a type that implements `dynaseal::Timestamp`: `u64` or `i64`, for seconds since the
///   Unix epoch, `SystemTime`, a time in UTC of `chrono` or `time`, an `Option` of one, or a custom type. The time is read from
///   `Repository::builder(..).clock(..)`.
///
/// # Attributes that the struct does not declare
///
/// An item can only be verified with the actions with which it was written. `unknown` states the action of all stored
/// attributes that the struct does not declare; `other` that of one: a retired attribute, an attribute of a newer version of
/// the struct, or of another program. `save` and `update_with` keep them.
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
/// # The encryption context, and unsigned attributes
///
/// Items of the [AWS Database Encryption SDK](https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/what-is-database-encryption-sdk.html),
/// those of `Repository::builder(..).keyring(..)`, have an encryption context: attributes to which the key of an item is bound.
/// AWS KMS logs it, and key policies can refer to it.
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
/// // If any attribute is in the encryption context, so is the primary key.
/// assert_eq!(Invoice::ACTIONS[2], ("invoice_id", AttributeAction::SignAndIncludeInEncryptionContext));
/// ```
///
/// * The encryption context is **not secret**: it is readable in the item, and AWS KMS logs it.
/// * Every item has its attributes: the field is not an `Option`, a set or a version, and has no `skip_if`. Its value has at most
///   65,535 bytes, or about 49,000 for a binary, list or map; writing a larger value fails with `Usage`.
/// * The DynamoDB Encryption Client has no encryption context, so such an entity cannot be used with `.materials(..)`: it is not a
///   `DdbecEntity`.
/// * In these items an attribute can only become signed or unsigned by changing its name. A prefix chosen early allows adding
///   unsigned attributes later.
///
/// # Tenants
///
/// ```
/// use dynaseal::EncryptedItem;
///
/// #[derive(EncryptedItem)]
/// struct Order {
///     #[partition_key]
///     #[item(tenant)]
///     shop: String,
///     #[sort_key]
///     number: u64,
///     card: String,
/// }
///
/// assert_eq!(Order::TENANT, Some("shop"));
/// ```
///
/// * The field's value, as it is stored, names the branch key that encrypts the item:
///   `Repository::builder(..).keyring(..)` accepts only a `HierarchicalKeyring` of a key store, and neither another
///   keyring nor `.materials(..)`. So deleting a tenant's branch key makes all of its items unreadable.
/// * A keyring sees the encryption context alone, so the field is a key, or one with `#[sign_and_include_in_encryption_context]`.
///   It is stored as a string.
/// * `update_with` and `save` reject a changed tenant with `Usage`.
/// * Its beacons take `BeaconKeys::per_tenant`: each tenant's are made with the tenant's own key. A search names the tenant, as the
///   partition key of the query or in the filter.
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
///     badge: Option<String>, // without a badge, the item is not in the index
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
/// | `name = "name"` | The name of the index in DynamoDB. Its handle has the same name in snake case. |
/// | `partition = field` | The index's partition key: a key, or a `#[sign_only]` or `#[do_nothing]` field; or `partition(name = "..", template = "..")`. |
/// | `sort = field` | The index's sort key, if it has one; or `sort(name = "..", template = "..")`. |
/// | `local` | The index is local: it has the table's partition key and its own sort key. |
/// | `projection = all` | The index projects all attributes. This is the default. |
/// | `projection = keys_only` | The index projects only the keys of the table and its own. Items that are found through it are read from the table. |
/// | `projection = include(field, ..)` | The index projects the keys and the attributes of these fields, for other programs: incomplete items cannot be verified. All indexes of a table together can include 100 such attributes. |
///
/// The type of an index key implements `KeyAttribute`, or is an `Option` of such a type; if it is `None`, the item is not in
/// the index. A table has at most 20 global indexes, a limit that AWS can raise, and 5 local ones, which can only be created
/// together with the table. These and other limits are among DynamoDB's
/// [constraints](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
///
/// # Beacons
///
/// A beacon is a truncated keyed hash of an encrypted value, which is stored beside it as `aws_dbe_b_NAME`, so that
/// DynamoDB can find the item. `dynaseal::plan` recommends its length, and the guide's page `searching` describes the
/// information that it reveals.
///
/// ```
/// use dynaseal::EncryptedItem;
///
/// #[derive(EncryptedItem)]
/// #[item(
///     index(name = "by-email", partition = email, sort = team),
///     index(name = "by-team-badge", partition = team_badge),
///     beacon(name = last4, of = ssn, suffix = 4, bits = 10),
///     compound(name = team_badge, split = '^', signed(team = "T-"), encrypted(badge = "B-")),
///     partitions = 5
/// )]
/// struct Person {
///     #[partition_key]
///     id: String,
///     #[sign_only]
///     team: String,
///     #[item(beacon(bits = 24, lowercase))]
///     email: String,
///     #[item(beacon(bits = 20, part_only))]
///     badge: String,
///     ssn: String,
/// }
///
/// let fields = Person::fields();
/// let found = fields.email.eq("ann@example.com") | fields.last4.eq("6789") & fields.team.eq("core");
/// let by_badge = fields.team_badge.eq(Person::team_badge().team("core").badge("B7"));
/// # let _ = (found, by_badge);
/// ```
///
/// | option of `beacon` | meaning |
/// |---|---|
/// | `bits = 24` | The length of the hash, 1 to 63 bits. There is no default. |
/// | `name = name` | The beacon's name, if it is not the attribute's. Its key and its attribute depend on it. |
/// | `of = field`, `of = "field.key"` | Of a struct's beacon: the field, or the path of a value in it. Positions in lists are 0 to 9. |
/// | `lowercase`, `uppercase` | The text is hashed in this case of its ASCII letters; questions and comparisons follow. |
/// | `prefix = 3`, `suffix = 4` | Of a struct's beacon: the first or the last UTF-16 code units of the text. |
/// | `shared = field` | The hash is made with the key of that field's beacon, so that the two can be compared. |
/// | `part_only` | The beacon is not stored by itself: it is an encrypted part of compound beacons. |
/// | `partitions = 2` | Fewer partitions than the struct has. |
/// | `extension` | Allows what AWS's clients cannot be configured for: a second beacon of one value, and the forms below. They ignore such a beacon, and lose it when they write an item. |
/// | `prefixes = 2..=6` | With `extension`: a hash of the first 2, 3, 4, 5 and 6 characters of the text, for `begins_with`. Up to 25 lengths. |
/// | `words` | With `extension`: a hash of each word of the text, for `contains_word`. Up to 25 different words. |
/// | `ngrams = 3` | With `extension`: a hash of each sequence of 3 characters of the text, 2 to 8, for `contains`. Up to 60 characters. |
/// | `buckets = 500` | With `extension`: the hash of the bucket of this width that the number is in, for `between` over up to 100 buckets, `eq` and `is_in`. |
///
/// These four exclude each other, and `shared`, `part_only`, `prefix` and `suffix`; a beacon of buckets has no case. They reveal more than
/// equality, which the guide's page `searching` describes, and are not keys of indexes.
///
/// A field with `set` has a hash for each member. A compound beacon joins the parts of `signed(..)` and
/// `encrypted(..)`, each with its prefix, by the character `split`. `constructor(team, optional(badge))`, which can be
/// repeated, defines their order and which of them can be absent. Without a constructor, all parts are required, the
/// signed ones first.
///
/// # Generated items
///
/// For a struct `Employee`, the macro generates the implementation of the trait `EncryptedItem`, and structs with the visibility
/// of `Employee`: `EmployeeKey` and `EmployeeFields`, and `EmployeeIndexes` if there are indexes.
///
/// `EmployeeKey` has the fields of which the key consists, all public, and the type parameters that their types mention. It
/// converts from the value of its only field, or from a tuple of all values, the partition key's first, and from `&Employee`. For
/// a `String`, any type that is `Into<String>` is accepted.
///
/// `EmployeeFields` has a handle for every stored field, and `Employee::fields()` returns it. With the handle of a
/// `#[do_nothing]` field, the server can change the attribute without reading the item; with the others this does not compile.
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
/// `EmployeeIndexes` has a handle for every secondary index, and `Employee::indexes()` returns it.
///
/// An entity owns its values, so it has no lifetime parameters.
///
/// # Errors
///
/// A struct that would fail at run time or leak plaintext does not compile. All errors of a struct are reported at once, each
/// with the reason and what to write instead; the guide's page `compile_errors` explains the most common ones.
///
/// At run time, `to_item` fails with `Codec` for a value that DynamoDB cannot represent, and so does writing one that DynamoDB
/// does not accept, such as NaN; `from_item` fails with `Schema` for an item that does not fit the struct, and writing with
/// `Usage` if a version cannot be incremented further. Each error names the attribute.
#[cfg(not(doctest))]
#[proc_macro_derive(
    EncryptedItem,
    attributes(partition_key, sort_key, encrypt, sign_only, sign_and_include_in_encryption_context, do_nothing, item)
)]
pub fn derive_encrypted_item(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::derive(input.into()).into()
}

/// Implements `KeyAttribute` for a newtype or a fieldless enum: a key of a table or an index, or part of a template.
///
/// A newtype is stored like its inner value, and has the properties of keys of that type, such as its order and its width in
/// a template. An enum is stored as text, the name of the variant.
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
/// | `rename_all = "snake_case"` | an enum | The names of the variants are stored in this case, which is one of serde's; by default, unchanged. |
/// | `rename = "name"` | a variant | The variant is stored as this text. |
/// | `crate = path` | both | The path of the crate `dynaseal`, if not `::dynaseal`. |
///
/// Serde's attributes are not used. A `#[serde(rename = ..)]` or `rename_all` that results in another name is an error, because
/// a value should have the same stored form whether or not it is a key.
///
/// A newtype's value is created from the stored value, without its constructors. For a type whose values are validated,
/// implement `dynaseal::KeyAttribute` manually, or use `dynaseal::key_attribute!`.
///
/// # Errors
///
/// Reading fails with `Schema` for text that is no variant of the enum, and with the errors of the type inside a
/// newtype.
#[cfg(not(doctest))]
#[proc_macro_derive(KeyAttribute, attributes(item))]
pub fn derive_key_attribute(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    key_attribute::derive(input.into()).into()
}
