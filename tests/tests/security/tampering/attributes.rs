//! Attributes that are swapped, removed, added, shortened, or moved with their whole item.

use dynaseal::{AttributeValue, ErrorKind, ItemContext};
use dynaseal_tests::samples::{DESCRIPTION, PARTITION_KEY, SIGNATURE, actions, all_types, context};

use super::target::Target;

#[tokio::test]
async fn values_cannot_be_swapped() {
    for target in Target::all().await {
        let names: Vec<&String> = target.stored.keys().filter(|name| *name != DESCRIPTION).collect();
        for (index, first) in names.iter().enumerate() {
            for second in &names[index + 1..] {
                let (a, b) = (&target.stored[*first], &target.stored[*second]);
                if a == b || ![first, second].into_iter().any(|name| *name == SIGNATURE || target.signs(name)) {
                    continue;
                }
                let mut stored = target.with(first, b.clone());
                stored.insert((*second).clone(), a.clone());
                target.rejects(&format!("{first} and {second} swapped"), stored, ErrorKind::Integrity).await;
            }
        }
    }
}

#[tokio::test]
async fn values_cannot_come_from_another_item() {
    for target in Target::all().await {
        let other = target.another().await;
        for name in target.signed_names().into_iter().chain([SIGNATURE]) {
            if other[name] == target.stored[name] {
                // Sign-only BOOL and NULL values.
                continue;
            }
            let stored = target.with(name, other[name].clone());
            target.rejects(&format!("{name} of another item"), stored, ErrorKind::Integrity).await;
        }
    }
}

/// The wrapped key is not signed, but with the key of another item the values decrypt to random bytes.
#[tokio::test]
async fn a_description_of_another_item_does_not_decrypt_this_one() {
    for target in Target::all().await {
        let stored = target.with(DESCRIPTION, target.another().await[DESCRIPTION].clone());
        match target.name {
            "wrapped" => target.rejects("another item's wrapped key", stored, ErrorKind::Integrity).await,
            _ => target.is_not_misled_by("the same description", stored).await,
        }
    }
}

#[tokio::test]
async fn signed_attributes_cannot_be_removed() {
    for target in Target::all().await {
        for name in target.signed_names().into_iter().chain([SIGNATURE]) {
            target.rejects(&format!("{name} removed"), target.without(name), ErrorKind::Integrity).await;
        }
        target.rejects("description removed", target.without(DESCRIPTION), ErrorKind::Integrity).await;
        for (name, _) in all_types("") {
            let name = format!("DoNothing-{name}");
            let mut expected = target.plain.clone();
            expected.remove(&name).unwrap();
            assert_eq!(target.decrypt(target.without(&name)).await.unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn attributes_that_would_be_signed_cannot_be_added() {
    for target in Target::all().await {
        for (name, value) in &target.stored {
            let stored = target.with("duplicate", value.clone());
            target.rejects(&format!("a duplicate of {name}"), stored, ErrorKind::Integrity).await;
        }
        for (name, value) in all_types("visitor-27") {
            let stored = target.with("addition", value);
            target.rejects(&format!("an added {name}"), stored, ErrorKind::Integrity).await;
        }
    }
}

/// DynamoDB itself adds these attributes to items of global tables.
#[tokio::test]
async fn replication_attributes_are_never_signed() {
    for target in Target::all().await {
        for name in ["aws:rep:deleting", "aws:rep:updatetime", "aws:rep:updateregion"] {
            let value = AttributeValue::S("eu-central-1".to_owned());
            let mut expected = target.plain.clone();
            expected.insert(name.to_owned(), value.clone());
            assert_eq!(target.decrypt(target.with(name, value)).await.unwrap(), expected);
        }
        // DynamoDB adds no other names, so another writer added these.
        for name in ["aws:rep:", "aws:rep:x", "aws:rep:updatetime2", "aws:rep:Deleting", "aws:rep:role"] {
            let stored = target.with(name, AttributeValue::S("admin".to_owned()));
            target.rejects(name, stored, ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn an_item_stays_in_its_table_and_under_its_key() {
    for target in Target::all().await {
        for table in ["ward", "wards ", "Wards", "", "arn:aws:dynamodb:eu-central-1:123456789012:table/wards"] {
            let context = ItemContext::new(table).partition_key(PARTITION_KEY);
            let moved = target.encryptor.decrypt(target.stored.clone(), &actions(), &context).await;
            assert_eq!(target.error(table, moved).kind(), ErrorKind::Integrity, "{table}");
        }
        for key in [AttributeValue::S("visitor-27".to_owned()), AttributeValue::B(b"patient-1".to_vec().into())] {
            target.rejects("another key", target.with(PARTITION_KEY, key), ErrorKind::Integrity).await;
        }
        // The key attributes are only known to providers, and not signed.
        let unnamed = ItemContext::new(context().table_name());
        let read = target.encryptor.decrypt(target.stored.clone(), &actions(), &unnamed).await;
        assert_eq!(read.unwrap(), target.plain);
    }
}

#[tokio::test]
async fn binaries_cannot_be_shortened_or_extended() {
    for target in Target::all().await {
        for (name, value) in &target.stored {
            let AttributeValue::B(blob) = value else { continue };
            if name.starts_with("DoNothing") {
                continue;
            }
            for length in 0..blob.as_ref().len() {
                let stored = target.with(name, AttributeValue::B(blob.as_ref()[..length].into()));
                target.rejects(&format!("{length} bytes of {name}"), stored, ErrorKind::Integrity).await;
            }
            let mut longer = blob.as_ref().to_vec();
            longer.push(0);
            let stored = target.with(name, AttributeValue::B(longer.into()));
            target.rejects(&format!("one more byte in {name}"), stored, ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn reserved_attributes_are_binaries() {
    for target in Target::all().await {
        for (name, value) in all_types("patient-1").into_iter().filter(|(name, _)| *name != "binary") {
            let stored = target.with(SIGNATURE, value.clone());
            target.rejects(&format!("a {name} as signature"), stored, ErrorKind::Integrity).await;

            let stored = target.with(DESCRIPTION, value);
            target.rejects(&format!("a {name} as description"), stored, ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn reserved_names_are_rejected_in_the_plaintext() {
    for target in Target::all().await {
        for name in [SIGNATURE, DESCRIPTION] {
            let mut item = target.plain.clone();
            item.insert(name.to_owned(), AttributeValue::S("mine".to_owned()));
            let error = target.error(name, target.encryptor.encrypt(item, &actions(), &context()).await);
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)));
        }
        let again = target.encryptor.encrypt(target.stored.clone(), &actions(), &context()).await;
        assert_eq!(target.error("encrypted twice", again).kind(), ErrorKind::Usage);
    }
}
