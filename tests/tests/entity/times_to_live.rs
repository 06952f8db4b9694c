//! The time after which DynamoDB may delete an item.

use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Expiry};

#[derive(Debug, PartialEq, EncryptedItem)]
struct Session {
    #[partition_key]
    session_id: String,
    #[sign_only]
    #[item(ttl, rename = "ttl")]
    expires: Option<Expiry>,
}

#[derive(EncryptedItem)]
#[item(index(name = "by-expiry", partition = expires))]
struct Token {
    #[partition_key]
    token_id: String,
    #[do_nothing]
    #[item(ttl)]
    expires: Expiry,
}

#[test]
fn the_time_is_stored_as_a_number_of_seconds() {
    assert_eq!(Session::TIME_TO_LIVE, Some("ttl"));
    let session = Session { session_id: "s-1".to_owned(), expires: Some(Expiry::from_seconds(1_700_000_000)) };
    let mut item = session.to_item().unwrap();
    assert_eq!(item["ttl"], AttributeValue::N("1700000000".into()));
    assert_eq!(Session::from_item(&mut item).unwrap(), session);

    let token = Token { token_id: "t-1".to_owned(), expires: Expiry::from_seconds(5) };
    assert_eq!(token.to_item().unwrap()["expires"], AttributeValue::N("5".into()));
    assert_eq!(Token::TIME_TO_LIVE, Some("expires"));
}

#[test]
fn an_entity_that_never_expires_has_no_attribute() {
    let session = Session { session_id: "s-1".to_owned(), expires: None };
    let mut item = session.to_item().unwrap();
    assert!(!item.contains_key("ttl"));
    assert_eq!(Session::from_item(&mut item).unwrap(), session);
}

#[test]
fn an_invalid_time_is_rejected() {
    for stored in [AttributeValue::N("-1".into()), AttributeValue::N("1.5".into()), AttributeValue::S("5".into())] {
        let mut item = Session { session_id: "s-1".to_owned(), expires: None }.to_item().unwrap();
        item.insert("ttl".to_owned(), stored);
        let error = Session::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("ttl")));
    }
}
