#![deny(warnings)]
#![allow(dead_code, reason = "the functions only have to compile")]

use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
#[item(
    index(name = "by-team-badge", partition = team_badge),
    index(name = "by-team", partition = team, sort = place),
    index(name = "by-day", partition = day_team),
    compound(name = team_badge, split = '^', signed(team = "T-"), encrypted(badge = "B-")),
    compound(
        name = place,
        split = '.',
        signed(number = "N-"),
        encrypted(city = "C-", street = "S-"),
        constructor(city, optional(street), optional(number)),
        constructor(street, number)
    ),
    compound(name = day_team, split = '#', signed(day = "D-", team = "T-"))
)]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[sign_only]
    day: String,
    #[sign_only]
    number: u32,
    #[item(beacon(bits = 20, part_only))]
    badge: String,
    #[item(beacon(bits = 20))]
    city: String,
    #[item(beacon(bits = 20, name = street_v2))]
    street: Option<String>,
}

async fn find(people: Repository<Person>) {
    let fields = Person::fields();
    let _ = people.query_index(Person::indexes().by_team_badge, Person::team_badge().team("core").badge("B7")).collect().await;
    let _ = people.scan().filter(fields.team_badge.eq(Person::team_badge().team("core").badge("B7"))).collect().await;
    let by_team = || people.query_index(Person::indexes().by_team, "core");
    let _ = by_team().sort_eq(Person::place().city("Paris")).collect().await;
    let _ = by_team().sort_eq(Person::place().city("Paris").number(7_u32)).collect().await;
    let _ = by_team().sort_eq(Person::place().street("Main Street").number(7_u32)).collect().await;
    let _ = by_team().sort_begins_with(Person::place().city("Paris").street("Rue").prefix()).collect().await;
    let _ = people.query_index(Person::indexes().by_day, Person::day_team().day("2026-11-29").team("core")).collect().await;
}

fn main() {
    let names: Vec<&str> = Person::INDEXES.iter().map(|index| index.partition_key.name).collect();
    assert_eq!(names, ["aws_dbe_b_team_badge", "team", "day_team"]);
    assert!(Person::beacons().is_some());
}
