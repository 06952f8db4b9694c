//! Updates in place: members of sets, elements of lists, values that are set once.

use std::collections::BTreeSet;

use dynaseal::{EncryptedItem, ErrorKind, Item, Repository, Update};

use dynaseal_tests::entity_store::{Store, item, list, number, numbers, text, texts};

#[derive(Clone, Debug, Default, PartialEq, EncryptedItem)]
struct Page {
    #[partition_key]
    id: String,
    title: String,
    #[do_nothing]
    #[item(set)]
    tags: BTreeSet<String>,
    #[do_nothing]
    #[item(set)]
    years: BTreeSet<u32>,
    #[do_nothing]
    #[item(default)]
    comments: Vec<String>,
    #[do_nothing]
    first_seen: Option<u64>,
    #[do_nothing]
    #[item(default)]
    visits: u8,
}

fn set(members: &[&str]) -> BTreeSet<String> {
    members.iter().map(|member| (*member).to_owned()).collect()
}

async fn pages() -> (Store, Repository<Page>) {
    let store = Store::of::<Page>().await.unwrap();
    let pages: Repository<Page> = store.repository();
    pages.create(&Page { id: "1".to_owned(), title: "secret".to_owned(), ..Page::default() }).await.unwrap();
    (store, pages)
}

#[tokio::test]
async fn members_are_added_to_and_removed_from_sets() {
    let (_, pages) = pages().await;
    let fields = Page::fields();
    let after = async |update: Update<Page>| pages.update_in_place("1", update).returning().await.unwrap();
    assert_eq!(after(fields.tags.add_members(set(&["b", "a"]))).await.tags, set(&["a", "b"]));
    assert_eq!(after(fields.tags.add_members(set(&["b", "", "c"]))).await.tags, set(&["", "a", "b", "c"]));
    assert_eq!(after(fields.tags.delete_members(set(&["a", "", "never there"]))).await.tags, set(&["b", "c"]));
    let both = fields.tags.delete_members(set(&["b", "c"])).and(fields.years.add_members([1815, 1852].into()));
    let page = after(both).await;
    assert_eq!((page.tags, page.years), (set(&[]), [1815, 1852].into()));
    // There is nothing to change.
    assert_eq!(after(fields.years.add_members(BTreeSet::new())).await.years, [1815, 1852].into());
    assert_eq!(after(fields.years.delete_members(BTreeSet::new())).await.years, [1815, 1852].into());
}

#[tokio::test]
async fn elements_are_added_to_lists_at_both_ends() {
    let (_, pages) = pages().await;
    let comments = Page::fields().comments;
    let after = async |update: Update<Page>| pages.update_in_place("1", update).returning().await.unwrap().comments;
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(after(comments.append(strings(&["b"]))).await, ["b"]);
    assert_eq!(after(comments.append(strings(&["c", "c"]))).await, ["b", "c", "c"]);
    assert_eq!(after(comments.prepend(strings(&["a", ""]))).await, ["a", "", "b", "c", "c"]);
    assert_eq!(after(comments.append(Vec::new())).await.len(), 5);
}

#[tokio::test]
async fn an_absent_value_is_set_once() {
    let (_, pages) = pages().await;
    let first_seen = Page::fields().first_seen;
    for time in [7, 8] {
        let page = pages.update_in_place("1", first_seen.set_if_missing(Some(time))).returning().await.unwrap();
        assert_eq!(page.first_seen, Some(7));
    }
    pages.update_in_place("1", first_seen.set_if_missing(None)).await.unwrap();
}

#[tokio::test]
async fn an_attribute_is_changed_once_in_an_update() {
    let (_, pages) = pages().await;
    let fields = Page::fields();
    for update in [
        fields.tags.add_members(set(&["a"])).and(fields.tags.delete_members(set(&["b"]))),
        fields.comments.append(vec!["a".to_owned()]).and(fields.comments.remove()),
        fields.first_seen.set_if_missing(Some(1)).and(fields.first_seen.set(Some(2))),
    ] {
        assert_eq!(pages.update_in_place("1", update).await.unwrap_err().kind(), ErrorKind::Usage);
    }
}

/// The write was applied, and the error reports it.
#[tokio::test]
async fn a_value_added_past_the_field_type_is_reported() {
    let (store, pages) = pages().await;
    let visits = Page::fields().visits;
    pages.update_in_place("1", visits.add(200)).await.unwrap();
    let error = pages.update_in_place("1", visits.add(100)).returning().await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("visits")));
    assert!(error.to_string().contains("the item was changed"), "{error}");
    let stored =
        store.client.scan().table_name(dynaseal_tests::entity_store::TABLE).send().await.unwrap().items.unwrap();
    assert_eq!(stored[0]["visits"], number("300"));

    let error = pages.delete("1").returning().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Schema && error.to_string().contains("the item was deleted"), "{error}");
    assert_eq!(store.client.scan().table_name(dynaseal_tests::entity_store::TABLE).send().await.unwrap().count, 0);
}

#[tokio::test]
async fn untyped_items_support_the_same_updates() {
    let (store, _) = pages().await;
    let table = store.table::<Page>().await.unwrap();
    let key = || item([("id", text("1"))]);
    let after = async |update: Update<Item>| table.update_in_place(key(), update).returning().await.unwrap();
    after(Update::add("tags", texts(["a", "b"])).and(Update::append("comments", vec![text("x")]))).await;
    let page =
        after(Update::delete_members("tags", texts(["a"])).and(Update::prepend("comments", vec![text("w")]))).await;
    assert_eq!((&page["tags"], &page["comments"]), (&texts(["b"]), &list([text("w"), text("x")])));
    after(Update::set_if_missing("first_seen", number("1"))).await;
    let page = after(Update::set_if_missing("first_seen", number("2")).and(Update::add("years", numbers(["1"])))).await;
    assert_eq!((&page["first_seen"], &page["years"]), (&number("1"), &numbers(["1"])));
    for update in [
        Update::append("title", vec![text("x")]),
        Update::delete_members("title", texts(["a"])),
        Update::set_if_missing("id", text("2")),
        Update::set_if_missing("undeclared", text("2")),
    ] {
        assert_eq!(table.update_in_place(key(), update).await.unwrap_err().kind(), ErrorKind::Usage);
    }
}
