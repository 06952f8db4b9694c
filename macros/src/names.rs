//! Every word that a user writes in an attribute, once.

pub(crate) const PARTITION_KEY: &str = "partition_key";
pub(crate) const SORT_KEY: &str = "sort_key";
pub(crate) const ENCRYPT: &str = "encrypt";
pub(crate) const SIGN_ONLY: &str = "sign_only";
pub(crate) const DO_NOTHING: &str = "do_nothing";
pub(crate) const ITEM: &str = "item";

pub(crate) const LOGICAL_TABLE_NAME: &str = "logical_table_name";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const REQUIRE_EXPLICIT: &str = "require_explicit";
pub(crate) const DEBUG: &str = "debug";
pub(crate) const UNKNOWN: &str = "unknown";
pub(crate) const OTHER: &str = "other";
pub(crate) const ENTITY: &str = "entity";
pub(crate) const INDEX: &str = "index";
pub(crate) const CRATE: &str = "crate";
/// The options of `#[item(..)]` on a struct.
pub(crate) const CONTAINER_OPTIONS: &[&str] = &[
    LOGICAL_TABLE_NAME,
    RENAME_ALL,
    REQUIRE_EXPLICIT,
    DEBUG,
    PARTITION_KEY,
    SORT_KEY,
    UNKNOWN,
    OTHER,
    ENTITY,
    INDEX,
    CRATE,
];
/// Those that can be given several times.
pub(crate) const REPEATABLE_OPTIONS: &[&str] = &[OTHER, INDEX];

pub(crate) const TEMPLATE: &str = "template";
/// The options of a key that is made of several fields.
pub(crate) const COMPOSITE_OPTIONS: &[&str] = &[NAME, TEMPLATE];

pub(crate) const VALUE: &str = "value";
pub(crate) const ATTRIBUTE: &str = "attribute";
/// The options of `entity(..)`.
pub(crate) const ENTITY_OPTIONS: &[&str] = &[VALUE, ATTRIBUTE];
/// The attribute that says which entity an item is, unless another is chosen.
pub(crate) const DISCRIMINATOR: &str = "entity";

pub(crate) const NAME: &str = "name";
pub(crate) const PARTITION: &str = "partition";
pub(crate) const SORT: &str = "sort";
pub(crate) const LOCAL: &str = "local";
pub(crate) const PROJECTION: &str = "projection";
/// The options of `index(..)`.
pub(crate) const INDEX_OPTIONS: &[&str] = &[NAME, PARTITION, SORT, LOCAL, PROJECTION];

pub(crate) const ALL: &str = "all";
pub(crate) const KEYS_ONLY: &str = "keys_only";
pub(crate) const INCLUDE: &str = "include";
/// What `projection = ..` can be.
pub(crate) const PROJECTIONS: &[&str] = &[ALL, KEYS_ONLY, "include(field, ..)"];

pub(crate) const RENAME: &str = "rename";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const SKIP: &str = "skip";
pub(crate) const SKIP_IF: &str = "skip_if";
pub(crate) const BYTES: &str = "bytes";
pub(crate) const SET: &str = "set";
pub(crate) const WITH: &str = "with";
pub(crate) const TTL: &str = "ttl";
pub(crate) const VERSION: &str = "version";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const UPDATED_AT: &str = "updated_at";
/// The options of `#[item(..)]` on a field.
pub(crate) const FIELD_OPTIONS: &[&str] =
    &[RENAME, DEFAULT, SKIP, SKIP_IF, TEMPLATE, BYTES, SET, WITH, TTL, VERSION, CREATED_AT, UPDATED_AT];

/// The word before the action in `other(..)`.
pub(crate) const ACTION: &str = "action";
/// What can stand there.
pub(crate) const ACTIONS: &[&str] = &[ENCRYPT, SIGN_ONLY, DO_NOTHING];

pub(crate) const REJECT: &str = "reject";
/// What `unknown = ..` can be.
pub(crate) const UNKNOWN_VALUES: &[&str] = &[ENCRYPT, SIGN_ONLY, DO_NOTHING, REJECT];

/// Attributes that the DDBEC format itself adds to every item.
pub(crate) const RESERVED_ATTRIBUTES: &[&str] = &["*amzn-ddb-map-sig*", "*amzn-ddb-map-desc*"];
/// Attributes that DynamoDB itself adds to the items of global tables.
pub(crate) const REPLICATION_PREFIX: &str = "aws:rep:";
