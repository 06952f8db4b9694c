//! Headers and footers that no client writes, and items of the other version.

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::{Error, ErrorKind};
use crate::format::dbesdk::{Dbesdk, FOOT, HEAD};
use crate::keyrings::{AesKey, RawAesKeyring};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext};

/// The place of the legend's length in a header, and of what follows the legend of three attributes.
const LEGEND: usize = 34;
const CONTEXT: usize = LEGEND + 2 + 3;
const RECIPIENTS: usize = CONTEXT + 2;

fn format() -> Dbesdk {
    let key = AesKey::from_bytes(&[7; 32]).unwrap();
    Dbesdk::new(RawAesKeyring::new("ns", "name", &key).unwrap())
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("grade", AttributeAction::SignOnly)
}

fn item() -> Item {
    ["id", "name", "grade"].map(|name| (name.to_owned(), AttributeValue::S(name.to_owned()))).into()
}

async fn stored(actions: &AttributeActions) -> Item {
    format().encrypt(item(), actions, &context()).await.unwrap()
}

fn context() -> ItemContext {
    ItemContext::new("table").partition_key("id")
}

async fn error(stored: Item) -> Error {
    format().decrypt(stored, &actions(), &context()).await.unwrap_err()
}

fn bytes(value: &AttributeValue) -> Vec<u8> {
    value.as_b().unwrap().as_ref().to_vec()
}

#[tokio::test]
async fn headers_and_footers_of_another_form_are_rejected() {
    let genuine = stored(&actions()).await;
    for name in [HEAD, FOOT] {
        let whole = bytes(&genuine[name]);
        let huge = whole.iter().copied().cycle().take(1 << 20).collect();
        let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
        let longer = [whole.clone(), vec![0]].concat();
        let binaries = cut.chain([huge, longer, vec![0xff; 400]]).map(|bytes| AttributeValue::B(Blob::new(bytes)));
        let others = [
            AttributeValue::S("text".to_owned()),
            AttributeValue::N("1".to_owned()),
            AttributeValue::Null(true),
            AttributeValue::Bs(vec![Blob::new(whole.clone())]),
        ];
        for value in binaries.chain(others) {
            let mut item = genuine.clone();
            item.insert(name.to_owned(), value);
            assert_eq!(error(item).await.kind(), ErrorKind::Integrity, "{name}");
        }
        let mut item = genuine.clone();
        item.remove(name);
        assert_eq!(error(item).await.kind(), ErrorKind::Integrity, "without {name}");
    }
}

#[tokio::test]
async fn lengths_and_counts_that_are_wrong_are_rejected() {
    let genuine = stored(&actions()).await;
    let header = bytes(&genuine[HEAD]);
    assert_eq!(&header[LEGEND..=RECIPIENTS], [0, 3, b's', b'e', b's', 0, 0, 1].as_slice());
    let provider = RECIPIENTS + 1;
    let info = provider + 2 + "ns".len();
    let ciphertext = info + 2 + usize::from(header[info + 1]);
    let mut count = 0;
    for (place, values) in [
        (0, &[0, 2, 3, 255][..]),
        (1, &[1, 2, 255]),
        (LEGEND, &[1, 255]),
        (LEGEND + 1, &[0, 2, 4, 255]),
        (LEGEND + 2, &[b'c', b'n', 0]),
        (CONTEXT, &[255]),
        (CONTEXT + 1, &[1, 255]),
        (RECIPIENTS, &[0, 2, 255]),
        (provider, &[255]),
        (provider + 1, &[0, 1, 255]),
        (info, &[255]),
        (info + 1, &[0, 255]),
        (ciphertext, &[255]),
        (ciphertext + 1, &[0, 47, 255]),
    ] {
        for value in values {
            let mut changed = header.clone();
            changed[place] = *value;
            let mut item = genuine.clone();
            item.insert(HEAD.to_owned(), AttributeValue::B(Blob::new(changed)));
            // A name that is not the reader's may be that of another key.
            let kind = error(item).await.kind();
            assert!([ErrorKind::Integrity, ErrorKind::Materials].contains(&kind), "byte {place} is {value}: {kind:?}");
            count += 1;
        }
    }
    println!("{count} headers");
}

#[tokio::test]
async fn items_of_either_version_are_read_by_the_other() {
    let included = AttributeAction::SignAndIncludeInEncryptionContext;
    let version_two = actions().with("id", included).with("grade", included);
    for (writer, reader, version) in [(actions(), version_two.clone(), 1), (version_two, actions(), 2)] {
        let stored = stored(&writer).await;
        assert_eq!(bytes(&stored[HEAD])[0], version);
        assert_eq!(format().decrypt(stored, &reader, &context()).await.unwrap(), item());
    }
}
