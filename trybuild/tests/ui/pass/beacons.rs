#![deny(warnings)]
#![allow(dead_code, reason = "the functions only have to compile")]

use std::collections::BTreeSet;

use dynaseal::condition::{Approximate, Attr, BeaconValue, Condition, EqualityBeacon, MembershipBeacon, Searchable};
use dynaseal::{EncryptedItem, Number, Repository};

/// Stored by serde as one string for each value.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
enum Department {
    Legal,
}

impl BeaconValue for Department {}

#[derive(EncryptedItem)]
#[item(
    index(name = "by-email", partition = email),
    index(name = "by-team", partition = team, sort = email),
    index(name = "by-team-and-city", partition = team, sort = city),
    index(name = "by-last4", partition = last4, sort = team, projection = keys_only),
    beacon(name = last4, of = ssn, suffix = 4, bits = 10),
    beacon(name = email_v2, of = email, lowercase, bits = 20, extension),
    beacon(name = city, of = "address.city", bits = 12),
    beacon(name = first_phone, of = "phones[9]", bits = 12),
    partitions = 5
)]
struct Person<Id>
where
    Id: dynaseal::KeyAttribute + Clone + Send + Sync + 'static,
{
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[encrypt]
    #[item(beacon(bits = 24, lowercase))]
    email: String,
    #[item(beacon(bits = 24, lowercase, shared = email))]
    backup_email: Option<String>,
    #[item(set, beacon(bits = 16, partitions = 2))]
    skills: BTreeSet<String>,
    #[item(beacon(bits = 1, name = salary_v2), rename = "pay")]
    salary: Number,
    #[item(beacon(bits = 63))]
    department: Department,
    #[item(beacon(bits = 20, part_only))]
    badge: u32,
    #[item(beacon(bits = 20))]
    owner: Id,
    ssn: String,
    address: Address,
    phones: Vec<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    city: String,
}

async fn find(people: Repository<Person<String>>) {
    let fields = Person::<String>::fields();
    let _: Attr<Person<String>, String, Searchable<EqualityBeacon>> = fields.email;
    let _: Attr<Person<String>, BTreeSet<String>, dynaseal::condition::InSet<Searchable<MembershipBeacon>>> = fields.skills;
    let approximate: Condition<Person<String>, Approximate> =
        fields.team.eq("core") & (fields.email.eq("ann@example.com") | !fields.skills.contains("rust"));
    let exact = fields.team.eq("core") & fields.email.exists() & fields.badge.missing();
    let _ = people.scan().filter(approximate.clone()).count().await;
    let _ = people.scan().filter(exact.clone()).collect().await;
    let _ = people.delete("p-1").when(exact.clone() | fields.team.ne("x")).await;
    let _ = people.scan().filter(exact & approximate).collect().await;
    let _ = people.scan().filter(fields.last4.is_in(["1234", "5678"]) | fields.department.eq(Department::Legal)).collect().await;
    let _ = people.scan().filter(fields.email_v2.eq("a") & fields.city.eq("Paris") & fields.first_phone.eq("1")).count().await;
    let _ = people.query_index(Person::<String>::indexes().by_email, "ann@example.com").collect().await;
    let _ = people.query_index(Person::<String>::indexes().by_team, "core").sort_eq("ann@example.com").collect().await;
    let _ = people.query_index(Person::<String>::indexes().by_team_and_city, "core").sort_eq("Paris").collect().await;
    let _ = people.query_index(Person::<String>::indexes().by_last4, "1234").sort_ge("a").hydrate().collect().await;
}

fn main() {
    assert!(Person::<String>::beacons().is_some());
    let index = Person::<String>::INDEXES[0];
    assert_eq!(index.partition_key.name, "aws_dbe_b_email");
}
