//! Batches of several entities of one table.

use dynaseal::embedded::Database;
use dynaseal::{EncryptedItem, EntityGroup as _, ErrorKind, Repository};
use dynaseal_tests::entity_store::TABLE;
use dynaseal_tests::gate::Gate;
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "team")]
struct Team {
    #[partition_key]
    id: String,
    #[sort_key]
    line: String,
    budget: u64,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "member", sort_key(name = "line", template = "MEMBER#{number:04}"))]
struct Member {
    #[partition_key]
    id: String,
    #[sign_only]
    number: u32,
    #[do_nothing]
    logins: u64,
    #[item(version)]
    version: u32,
}

/// An entity of the same table that is not in the group.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "note")]
struct Note {
    #[partition_key]
    id: String,
    #[sort_key]
    line: String,
}

dynaseal::entities! {
    #[derive(Clone, Debug, PartialEq)]
    enum Line {
        Team(Team),
        Member(Member),
    }
}

struct Office {
    gate: Gate,
    teams: Repository<Team>,
    members: Repository<Member>,
    notes: Repository<Note>,
}

async fn office() -> Office {
    let gate = Gate::default();
    let client = gate.client(&Database::in_memory().unwrap().client());
    let keys = keys();
    let teams: Repository<Team> = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
    teams.create_table().await.unwrap();
    let members = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
    let notes = Repository::builder(client).table(TABLE).encryptor(keys).build();
    Office { gate, teams, members, notes }
}

fn team(id: &str) -> Team {
    Team { id: id.to_owned(), line: "#".to_owned(), budget: 9000 }
}

fn second(id: &str) -> Team {
    Team { line: "second".to_owned(), budget: 1, ..team(id) }
}

fn member(id: &str, number: u32) -> Member {
    Member { id: id.to_owned(), number, logins: 0, version: 0 }
}

#[tokio::test]
async fn a_batch_writes_and_reads_several_entities() {
    let Office { gate, teams, members, .. } = office().await;
    let ids: Vec<String> = (0..20).map(|number| format!("t-{number}")).collect();
    let of_a_team = |id: &String| [Line::from(team(id)), Line::from(second(id))];
    let lines: Vec<Line> = ids.iter().flat_map(of_a_team).collect();
    gate.clear();
    teams.write_many_of(lines.clone()).await.unwrap();
    // 40 items, 25 in a request.
    assert_eq!((gate.count("BatchWriteItem"), gate.count("PutItem")), (2, 0));
    // Each item is read by its own repository, with its own actions.
    assert_eq!(teams.get(("t-3", "#")).await.unwrap(), Some(team("t-3")));
    assert_eq!(teams.get(("t-3", "second")).await.unwrap().map(|team| team.budget), Some(1));

    let keys = ids
        .iter()
        .flat_map(|id| [Line::key_of::<Team>((id.as_str(), "#")), Line::key_of::<Team>((id.as_str(), "second"))]);
    let found = members.get_many_of(keys).await;
    assert_eq!(found.into_iter().map(Result::unwrap).collect::<Option<Vec<Line>>>(), Some(lines));
    assert_eq!(gate.count("BatchGetItem"), 1);
}

#[tokio::test]
async fn each_entity_has_its_own_actions_and_versions() {
    let Office { gate, teams, members, .. } = office().await;
    gate.clear();
    let lines = [Line::from(team("t")), Line::from(member("t", 1)), Line::from(member("t", 2))];
    teams.write_many_of(lines).await.unwrap();
    // A versioned entity is written with a condition, and therefore alone.
    assert_eq!((gate.count("BatchWriteItem"), gate.count("PutItem")), (1, 2));
    let stored = members.get(("t", 1)).await.unwrap().unwrap();
    assert_eq!(stored, Member { version: 1, ..member("t", 1) });
    members.update_in_place(("t", 1), Member::fields().logins.add(3)).await.unwrap();
    assert_eq!(members.get(("t", 1)).await.unwrap().unwrap().logins, 3);

    let newer = members.update_with(("t", 2), |member| member.logins = 5).await.unwrap().into_inner();
    let outdated = Member { version: 1, ..member("t", 2) };
    let batch = teams.write_many_of([Line::from(outdated.clone()), Line::from(Team { budget: 1, ..team("t") })]);
    let deleted = [Line::key_of::<Member>(&stored), Line::key_of::<Team>(("none", "#"))];
    let left = batch.delete(deleted).await.unwrap_err();
    let reasons: Vec<_> = left.puts.iter().map(|(line, error)| (line.clone(), error.kind())).collect();
    assert_eq!(reasons, [(Line::from(outdated), ErrorKind::Conflict)]);
    assert!(left.deletes.is_empty(), "{left:?}");
    assert_eq!(members.get(("t", 2)).await.unwrap(), Some(newer.clone()));
    assert_eq!(members.get(("t", 1)).await.unwrap(), None);
    assert_eq!(teams.get(("t", "#")).await.unwrap().unwrap().budget, 1);

    // A deletion of an outdated entity is returned as its key.
    let outdated = Member { version: 1, ..newer };
    let batch = teams.write_many_of::<Line>([]).delete([Line::key_of::<Member>(&outdated)]);
    let left = batch.await.unwrap_err();
    assert_eq!(left.deletes[0].1.kind(), ErrorKind::Conflict);
    let again = members.get_many_of(left.deletes.into_iter().map(|(key, _)| key)).await.remove(0).unwrap();
    assert!(matches!(again, Some(Line::Member(Member { version: 2, .. }))), "{again:?}");
}

#[tokio::test]
async fn an_item_is_only_read_as_its_own_entity() {
    let Office { teams, members, notes, .. } = office().await;
    notes.create(&Note { id: "t".into(), line: "n".into() }).await.unwrap();
    members.create(&member("t", 1)).await.unwrap();
    let keys = [
        Line::key_of::<Team>(("t", "n")),
        Line::key_of::<Team>(("t", "MEMBER#0001")),
        Line::key_of::<Member>(("t", 7)),
        Line::key_of::<Member>(("", 7)),
        Line::key_of::<Member>(("t", 1)),
    ];
    let found = teams.get_many_of(keys).consistent().await;
    let is_member = |found: &dynaseal::Result<Option<Line>>| matches!(found, Ok(Some(Line::Member(_))));
    assert_eq!(found[0].as_ref().unwrap_err().kind(), ErrorKind::Schema);
    assert!(is_member(&found[1]) && is_member(&found[4]));
    assert_eq!(found[2].as_ref().unwrap(), &None);
    assert_eq!(found[3].as_ref().unwrap_err().kind(), ErrorKind::Codec);
    // Two writes of one key are rejected, even of different entities.
    let twice = [Line::from(Team { line: "MEMBER#0001".into(), ..team("t") }), Line::from(member("t", 1))];
    let left = teams.write_many_of(twice).await.unwrap_err();
    assert_eq!((left.len(), left.puts[0].1.kind()), (2, ErrorKind::Usage));
}
