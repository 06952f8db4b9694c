//! All words of the attributes, each defined once.

pub(crate) const PARTITION_KEY: &str = "partition_key";
pub(crate) const SORT_KEY: &str = "sort_key";
pub(crate) const ENCRYPT: &str = "encrypt";
pub(crate) const SIGN_ONLY: &str = "sign_only";
pub(crate) const DO_NOTHING: &str = "do_nothing";
pub(crate) const SIGN_AND_INCLUDE: &str = "sign_and_include_in_encryption_context";
pub(crate) const ITEM: &str = "item";

pub(crate) const LOGICAL_TABLE_NAME: &str = "logical_table_name";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const REQUIRE_EXPLICIT: &str = "require_explicit";
pub(crate) const DEBUG: &str = "debug";
pub(crate) const UNKNOWN: &str = "unknown";
pub(crate) const OTHER: &str = "other";
pub(crate) const UNSIGNED_PREFIX: &str = "unsigned_prefix";
pub(crate) const ENTITY: &str = "entity";
pub(crate) const INDEX: &str = "index";
pub(crate) const BEACON: &str = "beacon";
pub(crate) const COMPOUND: &str = "compound";
pub(crate) const PARTITIONS: &str = "partitions";
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
    UNSIGNED_PREFIX,
    OTHER,
    ENTITY,
    INDEX,
    BEACON,
    COMPOUND,
    PARTITIONS,
    CRATE,
];
/// The options that can be repeated.
pub(crate) const REPEATABLE_OPTIONS: &[&str] = &[OTHER, INDEX, ALIAS, BEACON, COMPOUND, CONSTRUCTOR];

pub(crate) const TEMPLATE: &str = "template";
/// The options of a composite key.
pub(crate) const COMPOSITE_OPTIONS: &[&str] = &[NAME, TEMPLATE];

pub(crate) const OF: &str = "of";
pub(crate) const BITS: &str = "bits";
pub(crate) const LOWERCASE: &str = "lowercase";
pub(crate) const UPPERCASE: &str = "uppercase";
pub(crate) const PREFIX: &str = "prefix";
pub(crate) const SUFFIX: &str = "suffix";
pub(crate) const SHARED: &str = "shared";
pub(crate) const PART_ONLY: &str = "part_only";
pub(crate) const EXTENSION: &str = "extension";
pub(crate) const PREFIXES: &str = "prefixes";
pub(crate) const WORDS: &str = "words";
pub(crate) const NGRAMS: &str = "ngrams";
pub(crate) const BUCKETS: &str = "buckets";
/// The options of `beacon(..)` on a field.
pub(crate) const FIELD_BEACON_OPTIONS: &[&str] =
    &[BITS, NAME, LOWERCASE, UPPERCASE, SHARED, PART_ONLY, PARTITIONS, EXTENSION, PREFIXES, WORDS, NGRAMS, BUCKETS];
/// The options of `beacon(..)` on a struct.
pub(crate) const CONTAINER_BEACON_OPTIONS: &[&str] = &[
    NAME, OF, BITS, LOWERCASE, UPPERCASE, PREFIX, SUFFIX, SHARED, PART_ONLY, PARTITIONS, EXTENSION, PREFIXES, WORDS,
    NGRAMS, BUCKETS,
];
pub(crate) const SPLIT: &str = "split";
pub(crate) const SIGNED: &str = "signed";
pub(crate) const ENCRYPTED: &str = "encrypted";
pub(crate) const CONSTRUCTOR: &str = "constructor";
pub(crate) const OPTIONAL: &str = "optional";
/// The options of `compound(..)`.
pub(crate) const COMPOUND_OPTIONS: &[&str] = &[NAME, SPLIT, SIGNED, ENCRYPTED, CONSTRUCTOR];
/// The prefix of the attributes of the Database Encryption SDK, including those of beacons.
pub(crate) const BEACON_PREFIX: &str = "aws_dbe_";

pub(crate) const VALUE: &str = "value";
pub(crate) const ATTRIBUTE: &str = "attribute";
/// The options of `entity(..)`.
pub(crate) const ENTITY_OPTIONS: &[&str] = &[VALUE, ATTRIBUTE];
/// The default name of the discriminator's attribute.
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
/// The values of `projection = ..`.
pub(crate) const PROJECTIONS: &[&str] = &[ALL, KEYS_ONLY, "include(field, ..)"];

pub(crate) const RENAME: &str = "rename";
pub(crate) const ALIAS: &str = "alias";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const SKIP: &str = "skip";
pub(crate) const SKIP_IF: &str = "skip_if";
pub(crate) const BYTES: &str = "bytes";
pub(crate) const NUMBER: &str = "number";
pub(crate) const SET: &str = "set";
pub(crate) const WITH: &str = "with";
pub(crate) const TTL: &str = "ttl";
pub(crate) const TENANT: &str = "tenant";
pub(crate) const VERSION: &str = "version";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const UPDATED_AT: &str = "updated_at";
/// The options of `#[item(..)]` on a field.
pub(crate) const FIELD_OPTIONS: &[&str] = &[
    RENAME, ALIAS, DEFAULT, SKIP, SKIP_IF, TEMPLATE, BYTES, NUMBER, SET, WITH, TTL, TENANT, VERSION, CREATED_AT,
    UPDATED_AT, BEACON,
];

/// The options of `#[item(..)]` on a type with `#[derive(KeyAttribute)]`.
pub(crate) const KEY_OPTIONS: &[&str] = &[RENAME_ALL, CRATE];
/// The options of `#[item(..)]` on a variant of such a type.
pub(crate) const VARIANT_OPTIONS: &[&str] = &[RENAME];

/// Words of other libraries, and their replacements.
pub(crate) const SYNONYMS: &[(&str, &str)] = &[
    ("table_name", "`logical_table_name = \"..\"`, or nothing: the name of the real table is that of the repository"),
    ("table", "`logical_table_name = \"..\"`, or nothing: the name of the real table is that of the repository"),
    ("skip_serializing_if", "`skip_if = path`"),
    ("skip_serializing", "`skip`"),
    ("skip_deserializing", "`skip`"),
    ("ignore", "`skip`"),
    ("serialize_with", "`with = module`, whose functions are `serialize` and `deserialize`"),
    ("deserialize_with", "`with = module`, whose functions are `serialize` and `deserialize`"),
    (
        "flatten",
        "the fields themselves: each is an attribute; for attributes that the struct does not have there are `unknown` and `other`",
    ),
    ("deny_unknown_fields", "`unknown = reject`"),
    ("tag", "`entity = \"..\"`"),
    ("type", "`entity = \"..\"`"),
    ("discriminator", "`entity = \"..\"`"),
    ("name", "`rename = \"..\"`"),
    ("attribute_name", "`rename = \"..\"`"),
    ("field_name", "`rename = \"..\"`"),
    ("hash_key", "`#[partition_key]` above the field"),
    ("primary_key", "`#[partition_key]` above the field"),
    ("partition", "`#[partition_key]` above the field"),
    ("pk", "`#[partition_key]` above the field"),
    ("hash_key", "`partition = field`"),
    ("partition_key", "`partition = field`"),
    ("pk", "`partition = field`"),
    ("range_key", "`sort = field`"),
    ("sort_key", "`sort = field`"),
    ("sk", "`sort = field`"),
    ("range_key", "`#[sort_key]` above the field"),
    ("sort", "`#[sort_key]` above the field"),
    ("sk", "`#[sort_key]` above the field"),
    ("encrypted", "`#[encrypt]` above the field, or nothing"),
    ("sign", "`#[sign_only]` above the field"),
    ("signed", "`#[sign_only]` above the field"),
    ("plaintext", "`#[sign_only]` or `#[do_nothing]` above the field"),
    ("unsigned", "`#[do_nothing]` above the field"),
    ("binary", "`bytes`"),
    ("blob", "`bytes`"),
    ("expires", "`ttl`"),
    ("time_to_live", "`ttl`"),
    ("optimistic_lock", "`version`"),
    ("searchable", "`beacon(bits = 24)`"),
    ("length", "`bits = 24`"),
    ("lower", "`lowercase`"),
    ("upper", "`uppercase`"),
    ("global_index", "`index(name = \"..\", partition = field, ..)`"),
    ("gsi", "`index(name = \"..\", partition = field, ..)`"),
    ("global_secondary_index", "`index(name = \"..\", partition = field, ..)`"),
    ("lsi", "`index(name = \"..\", local, sort = field)`"),
    ("local_index", "`index(name = \"..\", local, sort = field)`"),
    ("local_secondary_index", "`index(name = \"..\", local, sort = field)`"),
];

/// The word before the action in `other(..)`.
pub(crate) const ACTION: &str = "action";
/// The actions allowed there.
pub(crate) const ACTIONS: &[&str] = &[ENCRYPT, SIGN_ONLY, DO_NOTHING];

pub(crate) const REJECT: &str = "reject";
/// The values of `unknown = ..`.
pub(crate) const UNKNOWN_VALUES: &[&str] = &[ENCRYPT, SIGN_ONLY, DO_NOTHING, REJECT];

/// Attributes that the DDBEC format itself adds to every item.
pub(crate) const RESERVED_ATTRIBUTES: &[&str] = &["*amzn-ddb-map-sig*", "*amzn-ddb-map-desc*"];
/// The prefixes reserved by the Database Encryption SDK: of attribute names, and in the encryption context.
pub(crate) const RESERVED_PREFIXES: &[&str] = &["aws_dbe_", "aws-crypto-"];
/// Attributes that DynamoDB itself adds to the items of global tables.
pub(crate) const REPLICATION_PREFIX: &str = "aws:rep:";
