//! Entities of the AWS Database Encryption SDK's format, with tenants and every option of beacons.

use std::collections::BTreeSet;

use dynaseal::{EncryptedItem, Number, Repository, Result};

/// An entity with a tenant, and beacons of every kind.
#[derive(EncryptedItem)]
#[item(
    unsigned_prefix = ":",
    partitions = 5,
    index(name = "by-email", partition = email),
    index(name = "by-team", partition = team, sort = team_badge, projection = keys_only),
    index(name = "by-last4", partition = last4, projection = all),
    beacon(name = last4, of = ssn, suffix = 4, bits = 10, uppercase),
    beacon(name = initials, of = ssn, prefix = 2, bits = 4, partitions = 2, extension),
    beacon(name = email_v2, of = email, bits = 20, lowercase, extension),
    beacon(name = copy, of = ssn, bits = 24, lowercase, shared = email, extension),
    beacon(name = whole, of = ssn, bits = 20, part_only, extension),
    beacon(name = notes_pieces, of = notes, bits = 8, extension, ngrams = 3),
    beacon(name = notes_beginning, of = notes, bits = 8, extension, prefixes = 2..=6, lowercase),
    compound(
        name = team_badge,
        split = '^',
        signed(team = "T-"),
        encrypted(badge = "B-"),
        constructor(team, optional(badge)),
        constructor(badge)
    )
)]
pub struct Person {
    /// The tenant, which is in the encryption context.
    #[partition_key]
    #[item(tenant)]
    pub shop: String,
    /// The sort key.
    #[sort_key]
    pub id: String,
    /// In the encryption context.
    #[sign_and_include_in_encryption_context]
    pub region: String,
    /// Signed.
    #[sign_only]
    pub team: String,
    /// With every option of a field's beacon but those that exclude each other.
    #[encrypt]
    #[item(beacon(bits = 24, name = email_v1, lowercase, partitions = 3))]
    pub email: String,
    /// Shares the beacon of `email`.
    #[item(beacon(bits = 24, lowercase, shared = email))]
    pub second_email: Option<String>,
    /// An addition to stored items.
    #[item(beacon(bits = 12, uppercase, extension))]
    pub city: Option<String>,
    /// Only a part of a compound beacon.
    #[item(beacon(bits = 20, part_only))]
    pub badge: String,
    /// A set, whose members can be searched.
    #[item(set, beacon(bits = 16))]
    pub skills: BTreeSet<String>,
    /// A number, also if it was stored as text, in buckets.
    #[item(number, beacon(bits = 8, extension, buckets = 500))]
    pub salary: Number,
    /// A text, whose words can be searched.
    #[item(beacon(bits = 12, extension, words))]
    pub notes: String,
    /// Encrypted.
    pub ssn: String,
    /// Belongs to others.
    #[do_nothing]
    #[item(rename = ":views")]
    pub views: u64,
}

/// Counts the people with an address in a team.
///
/// # Errors
/// Those of the query.
pub async fn count(people: &Repository<Person>, shop: &str, email: &str) -> Result<u64> {
    let fields = Person::fields();
    people.query(shop).filter(fields.email.eq(email) & fields.team.eq("core")).count().await
}

/// Counts the people whose notes are about a topic.
///
/// # Errors
/// Those of the query.
pub async fn count_about(people: &Repository<Person>, shop: &str, topic: &str) -> Result<u64> {
    let fields = Person::fields();
    let about = fields.notes.contains_word(topic) | fields.notes_pieces.contains(topic);
    let paid = fields.salary.between(Number::from(1_000), Number::from(4_000));
    people.query(shop).filter((about | fields.notes_beginning.begins_with(topic)) & paid).count().await
}
