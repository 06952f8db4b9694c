//! Searches in which the Java client is wrong, and dynaseal is not. Each assertion about Java says what a caller of it gets; if one
//! fails with a newer version, the fault is corrected.

use dynaseal::beacon::{StandardBeacon, Transform, VirtualField, VirtualPart};
use dynaseal::{AttributeValue, Condition, ErrorKind, Item};
use dynaseal_tests::values::{item, n as number, s as text};
use serde_json::json;

use super::{Clients, connect, ids, schema, values};
use crate::peers::clients::Result;

#[test]
fn searches_that_the_java_client_gets_wrong_are_right() -> Result<()> {
    let Some(mut clients) = Clients::start()? else { return Ok(()) };
    let wanted = text("user0@example.com");
    // With four bits, one of many other addresses has the same beacon.
    let colliding = colliding_address(&clients, &wanted)?;
    let people = [
        ("wanted", vec![("email", wanted.clone()), ("backup", wanted.clone()), ("level", number(1))]),
        ("colliding", vec![("email", colliding.clone()), ("backup", colliding.clone()), ("level", number(2))]),
        ("without", vec![("backup", wanted.clone())]),
        ("skilled", vec![("skills", AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()])), ("email", text("x"))]),
    ];
    for (id, attributes) in people {
        let mut person: Item = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        person.insert("id".to_owned(), text(id));
        clients.java.put(&clients.config, &person)??;
    }

    // It lets a negated beacon through to the server, which then leaves out everything that collides.
    let names = json!({ "#e": "email", "#l": "level" });
    let expression = "attribute_exists(#e) AND attribute_exists(#l) AND NOT #e = :e";
    let java = clients.java_finds(None, expression, &names, &values([(":e", wanted.clone())]))?;
    assert_eq!(java, Ok(vec![]), "an excluded collision");
    let condition = Condition::exists("email") & Condition::exists("level") & !Condition::eq("email", wanted.clone());
    assert_eq!(ids(&clients.wait(clients.ours.scan().filter(condition).collect())?), ["colliding"]);

    // It computes `a AND (b OR c)` as `(a AND b) OR c` when it removes collisions.
    let names = json!({ "#e": "email", "#b": "backup", "#l": "level" });
    let given = values([(":e", wanted.clone()), (":b", text("nobody")), (":l", number(2))]);
    let java = clients.java_finds(None, "#e = :e AND (#b = :b OR #l = :l)", &names, &given)?;
    assert_eq!(java, Ok(vec!["colliding".to_owned()]), "a wrong result");
    let either = Condition::eq("backup", text("nobody")) | Condition::eq("level", number(2));
    let condition = Condition::eq("email", wanted.clone()) & either;
    assert_eq!(ids(&clients.wait(clients.ours.scan().filter(condition).collect())?), <[String; 0]>::default());

    // It fails a whole search in which an item lacks an attribute.
    let names = json!({ "#e": "email", "#b": "backup" });
    let java = clients.java_finds(None, "#e = :e OR #b = :e", &names, &values([(":e", wanted.clone())]))?;
    assert!(java.as_ref().is_err_and(|error| error.contains("wrong types")), "{java:?}");
    let condition = Condition::eq("email", wanted.clone()) | Condition::eq("backup", wanted.clone());
    assert_eq!(ids(&clients.wait(clients.ours.scan().filter(condition).collect())?), ["wanted", "without"]);

    // The order of a set's members matters to it.
    let reordered = AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned()]);
    let names = json!({ "#s": "skills" });
    let java = clients.java_finds(None, "#s = :s", &names, &values([(":s", reordered.clone())]))?;
    assert_eq!(java, Ok(vec![]), "equal sets");
    let condition = Condition::eq("skills", reordered);
    assert_eq!(ids(&clients.wait(clients.ours.scan().filter(condition).collect())?), ["skilled"]);

    // It does not notice behind an alias that a beacon for parts only is not stored, and finds nothing.
    let java = clients.java_finds(None, "#p = :p", &json!({ "#p": "badge" }), &values([(":p", text("B1"))]))?;
    assert_eq!(java, Ok(vec![]), "a beacon that is not stored");
    let error = clients.wait(clients.ours.scan().filter(Condition::eq("badge", text("B1"))).collect()).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("badge")));

    // It cannot be configured for two virtual fields of one attribute. Ours need a mark, because it drops the second one.
    let first4 = VirtualField::new("first4").part(VirtualPart::new("ssn").transform(Transform::Prefix(4)));
    let marked = schema().standard(StandardBeacon::new("first4", 4).extension()).virtual_field(first4);
    let ours = clients.runtime.block_on(connect(&clients.dynamodb, marked, &clients.key_store))?;
    let person = item([("id", text("two")), ("ssn", text("078-05-1120"))]);
    clients.wait(ours.put(&person))?;
    assert_eq!(clients.wait(ours.scan().filter(Condition::eq("first4", text("078-"))).collect())?, [person]);
    let mut config = clients.config.clone();
    let fields = json!([
        { "name": "last4", "loc": "ssn", "trans": [["lower"], ["suffix", 4]] },
        { "name": "first4", "loc": "ssn", "trans": [["prefix", 4]] },
    ]);
    config["search"]["virtual"] = fields;
    config["search"]["standard"].as_array_mut().ok_or("a list")?.push(json!({ "name": "first4", "length": 4 }));
    let refused = clients.java.put(&config, &item([("id", text("refused"))]))?;
    assert!(refused.as_ref().is_err_and(|error| error.contains("defined on the same locations")), "{refused:?}");
    Ok(())
}

/// Returns another address with the same beacon.
fn colliding_address(clients: &Clients, address: &AttributeValue) -> Result<AttributeValue> {
    let beacon = |address: &AttributeValue| -> Result<AttributeValue> {
        let person = item([("id", text("probe")), ("email", address.clone())]);
        clients.wait(clients.ours.put(&person))?;
        Ok(clients.stored("probe")?["aws_dbe_b_email"].clone())
    };
    let wanted = beacon(address)?;
    for number in 1..1_000 {
        let other = text(&format!("user{number}@example.com"));
        if beacon(&other)? == wanted {
            clients.wait(clients.ours.delete(item([("id", text("probe"))])))?;
            return Ok(other);
        }
    }
    Err("no collision among a thousand addresses".into())
}
