//! Remains of encrypted values.

use std::collections::HashMap;
use std::mem::forget;
use std::pin::pin;

use dynaseal::embedded::Database;
use dynaseal::materials::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialDescription, MaterialsFuture,
    MaterialsRequest,
};
use dynaseal::{EncryptedItem, ErrorKind, Repository};
use dynaseal_tests::given_up::GivenUp;
use dynaseal_tests::store::provider;

use super::*;

/// At least sixteen bytes of every type, long enough to be unique.
const TEXT: &str = "Zebedee Quartermaine of Throgmorton Street";
const BINARY: &[u8] = b"\xf1\xe2\xd3\xc4\xb5\xa6\x97\x88\x79\x6a\x5b\x4c\x3d\x2e\x1f\x10 and more of it";
const INTEGER: &str = "731049258617304925";
const FRACTION: &str = "62840173962840173.9";
/// The normalized form of the number, which is encrypted, begins with the same digits.
const EXPONENT: &str = "51739520648395172E99";

fn look_for_all() {
    for secret in [TEXT.as_bytes(), BINARY, INTEGER.as_bytes(), FRACTION.as_bytes(), EXPONENT.as_bytes()] {
        Checking::look_for(secret);
    }
}

/// Returns one value of each type, alone and nested.
fn secrets() -> Item {
    let text = || AttributeValue::S(TEXT.to_owned());
    let binary = || AttributeValue::B(BINARY.into());
    let number = |number: &str| AttributeValue::N(number.to_owned());
    let nested = AttributeValue::M(HashMap::from([
        (TEXT.to_owned(), number(FRACTION)),
        ("list".to_owned(), AttributeValue::L(vec![text(), binary(), number(EXPONENT)])),
    ]));
    let values = [
        text(),
        binary(),
        number(INTEGER),
        number(FRACTION),
        number(EXPONENT),
        AttributeValue::Ss(vec![TEXT.to_owned(), "another".to_owned()]),
        AttributeValue::Ns(vec![EXPONENT.to_owned(), FRACTION.to_owned()]),
        AttributeValue::Bs(vec![BINARY.into()]),
        nested,
    ];
    let mut item = item();
    item.extend(values.into_iter().enumerate().map(|(i, value)| (format!("secret-{i}"), value)));
    item
}

fn encryptor() -> ItemEncryptor {
    ItemEncryptor::new(provider())
}

#[test]
fn plaintext_is_zeroized_after_encryption_and_decryption() {
    let _turn = alone();
    look_for_all();
    let encryptor = encryptor();
    let stored = wait(encryptor.encrypt(secrets(), &actions(), &context())).unwrap();
    assert_eq!(Checking::found(), 0);
    // The returned item belongs to the caller.
    forget(wait(encryptor.decrypt(stored.clone(), &actions(), &context())).unwrap());
    assert_eq!(Checking::found(), 0);
    // A caller that drops it leaves nothing behind.
    drop(wait(encryptor.decrypt(stored, &actions(), &context())).unwrap());
    assert!(Checking::found() > 8);
}

#[test]
fn rejected_plaintext_is_zeroized() {
    let _turn = alone();
    look_for_all();
    let mut rejected = secrets();
    rejected.insert("number".to_owned(), AttributeValue::N("9".repeat(39)));
    let error = wait(encryptor().encrypt(rejected, &actions(), &context())).unwrap_err();
    assert_eq!((error.kind(), Checking::found()), (ErrorKind::Codec, 0));
    let mut reserved = secrets();
    reserved.insert("*amzn-ddb-map-sig*".to_owned(), AttributeValue::Null(true));
    wait(encryptor().encrypt(reserved, &actions(), &context())).unwrap_err();
    assert_eq!(Checking::found(), 0);
}

/// Blocks its callers.
#[derive(Debug)]
struct Never;

impl CryptographicMaterialsProvider for Never {
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(std::future::pending())
    }

    fn decryption_materials<'a>(
        &'a self,
        _: MaterialsRequest<'a>,
        _: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn plaintext_is_zeroized_when_keys_are_unavailable() {
    let _turn = alone();
    look_for_all();
    let encryptor = ItemEncryptor::new(Never);
    let (actions, context) = (actions(), context());
    let waited = wait(GivenUp::after(1, pin!(encryptor.encrypt(secrets(), &actions, &context))));
    assert!(waited.is_none());
    assert_eq!(Checking::found(), 0);
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    name: String,
    #[item(bytes)]
    photo: Vec<u8>,
    salary: dynaseal::Number,
    nicknames: Vec<String>,
    visits: u8,
}

fn employee() -> Employee {
    Employee {
        id: "e-1".to_owned(),
        name: TEXT.to_owned(),
        photo: BINARY.to_owned(),
        salary: INTEGER.parse().unwrap(),
        nicknames: vec![TEXT.to_owned()],
        visits: 0,
    }
}

/// An entity belongs to the program; everything that is encoded from it is zeroized.
#[test]
fn encoded_entities_of_a_repository_are_zeroized() {
    let _turn = alone();
    let client = Database::in_memory().unwrap().client();
    let provider = provider();
    let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    wait(employees.create_table().into_future()).unwrap();
    for secret in [TEXT.as_bytes(), BINARY] {
        Checking::look_for(secret);
    }
    let employee = employee();
    wait(employees.create(&employee).into_future()).unwrap();
    assert_eq!(Checking::found(), 0, "create");
    forget(wait(employees.get("e-1").into_future()).unwrap());
    assert_eq!(Checking::found(), 0, "get");
    forget(wait(employees.query("e-1").collect()).unwrap());
    assert_eq!(Checking::found(), 0, "query");
    let counted = wait(employees.update_with("e-1", |employee: &mut Employee| employee.visits += 1).into_future());
    forget(counted.unwrap().into_inner());
    assert_eq!(Checking::found(), 0, "update_with");
    let fetched = wait(employees.fetch("e-1").into_future()).unwrap().unwrap();
    let saved = wait(employees.save(fetched).into_future()).unwrap();
    forget(saved.into_inner());
    assert_eq!(Checking::found(), 0, "save");
    let unchanged = wait(employees.update_with("e-1", |_: &mut Employee| ()).into_future()).unwrap();
    forget(unchanged.into_inner());
    assert_eq!(Checking::found(), 0, "update_with without a change");
    forget(employee);
}
