//! Compound beacons of an entity: as keys of indexes, as sort keys, and in filters.

use dynaseal::{EncryptedItem, ErrorKind, Repository};

use super::people::table;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    index(name = "by-team-badge", partition = team_badge, sort = id),
    index(name = "by-team", partition = team, sort = day_badge),
    index(name = "by-place", partition = place),
    compound(name = team_badge, split = '^', signed(team = "T-"), encrypted(badge = "B-")),
    compound(
        name = day_badge,
        split = '^',
        signed(day = "D-"),
        encrypted(badge = "B-"),
        constructor(day, optional(badge))
    ),
    compound(name = place, split = '#', signed(team = "T-", day = "D-", is_open = "O-")),
    partitions = 3
)]
struct Visit {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[sign_only]
    day: Option<String>,
    #[sign_only]
    is_open: bool,
    #[item(beacon(bits = 2, lowercase))]
    badge: Option<String>,
}

fn visit(number: u32) -> Visit {
    Visit {
        id: format!("v{number:03}"),
        team: format!("team{}", number % 2),
        day: (number % 10 != 9).then(|| format!("2026-05-{:02}", 1 + number % 20)),
        is_open: number.is_multiple_of(3),
        badge: (number % 7 != 6).then(|| format!("Badge{}", number % 5)),
    }
}

async fn visits() -> (Repository<Visit>, Vec<Visit>) {
    let visits = table("visits").await;
    let all: Vec<Visit> = (0..120).map(visit).collect();
    visits.write_many(all.clone()).await.unwrap();
    (visits, all)
}

fn ids(found: &[Visit]) -> Vec<&str> {
    let mut ids: Vec<&str> = found.iter().map(|visit| visit.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// The ids of the visits that are to be found: some, and not all.
fn expected(all: &[Visit], holds: impl Fn(&Visit) -> bool) -> Vec<&str> {
    let found: Vec<&str> = all.iter().filter(|visit| holds(visit)).map(|visit| visit.id.as_str()).collect();
    assert!(!found.is_empty() && found.len() < all.len(), "the case tells nothing");
    found
}

#[tokio::test]
async fn the_table_has_the_indexes_on_compound_beacons() {
    let (visits, _) = visits().await;
    assert!(visits.check_table().await.unwrap().is_ok());
    let indexes = Visit::INDEXES.iter();
    let keys = indexes.map(|index| (index.partition_key.name, index.sort_key.as_ref().map(|key| key.name)));
    let expected = [("aws_dbe_b_team_badge", Some("id")), ("team", Some("aws_dbe_b_day_badge")), ("place", None)];
    assert_eq!(keys.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_compound_is_the_partition_key_of_an_index() {
    let (visits, all) = visits().await;
    let asked = || Visit::team_badge().team("team1").badge("BADGE3");
    let wanted = expected(&all, |visit| visit.team == "team1" && visit.badge.as_deref() == Some("Badge3"));
    for page_size in [1, 5, 1000] {
        let query = visits.query_index(Visit::indexes().by_team_badge, asked()).page_size(page_size);
        let found = query.collect().await.unwrap();
        assert_eq!(found.iter().map(|visit| visit.id.as_str()).collect::<Vec<_>>(), wanted, "in their order");
    }
    let found = visits.scan().filter(Visit::fields().team_badge.eq(asked())).collect().await.unwrap();
    assert_eq!(ids(&found), wanted);

    // One that is readable, and signed.
    let day = "2026-05-03";
    for is_open in [false, true] {
        let place = Visit::place().team("team0").day(day).is_open(is_open);
        let found = visits.query_index(Visit::indexes().by_place, place).collect().await.unwrap();
        let is_there = |visit: &Visit| visit.team == "team0" && visit.day.as_deref() == Some(day);
        assert_eq!(ids(&found), expected(&all, |visit| is_there(visit) && visit.is_open == is_open));
    }
}

#[tokio::test]
async fn a_compound_sort_key_has_values_beginnings_and_ranges() {
    let (visits, all) = visits().await;
    let by_team = || visits.query_index(Visit::indexes().by_team, "team0").page_size(4);
    let day = "2026-05-05";
    let is_on_day = |visit: &Visit| visit.team == "team0" && visit.day.as_deref() == Some(day);
    let has_badge = |visit: &Visit| visit.badge.as_deref() == Some("Badge4");

    let found = by_team().sort_eq(Visit::day_badge().day(day).badge("badge4")).collect().await.unwrap();
    assert_eq!(ids(&found), expected(&all, |visit| is_on_day(visit) && has_badge(visit)));
    let found = by_team().sort_eq(Visit::day_badge().day(day)).collect().await.unwrap();
    assert_eq!(ids(&found), expected(&all, |visit| is_on_day(visit) && visit.badge.is_none()));

    let beginning = || Visit::day_badge().day(day).badge("BADGE4").prefix();
    let found = by_team().sort_begins_with(beginning()).collect().await.unwrap();
    assert_eq!(ids(&found), expected(&all, |visit| is_on_day(visit) && has_badge(visit)));
    let filter = Visit::fields().day_badge.begins_with_parts(beginning());
    let found = visits.scan().filter(filter).collect().await.unwrap();
    assert_eq!(ids(&found), expected(&all, |visit| visit.day.as_deref() == Some(day) && has_badge(visit)));

    let from = |day: &str| Visit::day_badge().day(day).prefix();
    let range = || by_team().sort_between_parts(from("2026-05-05"), from("2026-05-12"));
    let found = range().collect().await.unwrap();
    let is_in_range = |visit: &Visit| {
        let Some(day) = &visit.day else { return false };
        let badge = visit.badge.as_ref().map(|badge| format!("^B-{badge}")).unwrap_or_default();
        ("D-2026-05-05^B-".to_owned()..="D-2026-05-12^B-".to_owned()).contains(&format!("D-{day}{badge}"))
    };
    assert_eq!(ids(&found), expected(&all, |visit| visit.team == "team0" && is_in_range(visit)));
    assert!(found.iter().map(|visit| &visit.day).is_sorted());
    let down = range().descending().collect().await.unwrap();
    assert!(down.iter().rev().map(|visit| &visit.day).is_sorted() && down.len() == found.len());

    let hashed = |badge: &str| Visit::day_badge().day(day).badge(badge).prefix();
    let error = by_team().sort_between_parts(hashed("a"), hashed("b")).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "hashes have no order");
    let error = by_team().sort_between_parts(from("2026-06"), from("2026-05")).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let error = by_team().sort_eq(Visit::day_badge().day("a^b")).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Codec, "the value contains what separates the parts");
}

/// An entity with local indexes, which have the table's partition key and a beacon as their sort key.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    index(name = "by-badge", local, sort = badge),
    index(name = "by-day-badge", local, sort = day_badge),
    compound(name = day_badge, split = '^', signed(day = "D-"), encrypted(badge = "B-")),
    partitions = 3
)]
struct Entry {
    #[partition_key]
    gate: String,
    #[sort_key]
    number: u32,
    #[sign_only]
    day: String,
    #[item(beacon(bits = 2))]
    badge: Option<String>,
}

#[tokio::test]
async fn local_indexes_are_sorted_by_beacons_and_sparse() {
    let entries = table::<Entry>("entries").await;
    assert!(entries.check_table().await.unwrap().is_ok());
    let all: Vec<Entry> = (0..60)
        .map(|number| Entry {
            gate: format!("gate{}", number % 2),
            number,
            day: format!("2026-05-{:02}", 1 + number % 10),
            badge: (number % 9 != 8).then(|| format!("B{}", number % 4)),
        })
        .collect();
    entries.write_many(all.clone()).await.unwrap();
    let expected = |holds: &dyn Fn(&Entry) -> bool| {
        let of_gate = all.iter().filter(|entry| entry.gate == "gate0" && holds(entry));
        of_gate.map(|entry| entry.number).collect::<Vec<_>>()
    };
    let numbers = |found: Vec<Entry>| {
        let mut numbers: Vec<u32> = found.iter().map(|entry| entry.number).collect();
        numbers.sort_unstable();
        numbers
    };
    let by_badge = entries.query_index(Entry::indexes().by_badge, "gate0").page_size(3);
    let found = by_badge.sort_eq("B2").collect().await.unwrap();
    assert_eq!(numbers(found), expected(&|entry| entry.badge.as_deref() == Some("B2")));
    let sparse = entries.query_index(Entry::indexes().by_badge, "gate0").consistent().collect().await.unwrap();
    assert_eq!(numbers(sparse), expected(&|entry| entry.badge.is_some()));

    let by_day = || entries.query_index(Entry::indexes().by_day_badge, "gate0").page_size(4);
    let found = by_day().sort_eq(Entry::day_badge().day("2026-05-03").badge("B2")).collect().await.unwrap();
    let is_asked = |entry: &Entry| entry.day == "2026-05-03" && entry.badge.as_deref() == Some("B2");
    assert_eq!(numbers(found), expected(&is_asked));
    let found = by_day().sort_begins_with(Entry::day_badge().day("2026-05-03").prefix()).collect().await.unwrap();
    assert_eq!(numbers(found), expected(&|entry| entry.day == "2026-05-03" && entry.badge.is_some()));
}
