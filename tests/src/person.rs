//! The entity of the Java peer's class `Person`, which is the example in the documentation of `dynaseal::codec::java`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use dynaseal::codec::java::{bool_number, date_iso, json};
use dynaseal::{AttributeValue, EncryptedItem, Item};
use serde::{Deserialize, Serialize};

use crate::setup::{Action, Actions, Context, Key, Provider, Setup};

/// The table of the example.
pub const TABLE: &str = "staff";

/// The name of the fixture that the mapper wrote.
pub const FIXTURE: &str = "mapper, Person";

/// A person as stored by the mapper.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(unknown = do_nothing)]
pub struct Person {
    /// The key.
    #[partition_key]
    pub person_id: String,
    /// With `@DynamoDBVersionAttribute`.
    #[item(version)]
    pub version: u64,
    /// A `Boolean`.
    #[item(with = bool_number)]
    pub active: bool,
    /// A `Date`, which can be null.
    #[item(with = date_iso)]
    pub born: Option<SystemTime>,
    /// With `@DynamoDBTypeConvertedJson`.
    #[item(with = json)]
    pub address: Address,
    /// A `Set<String>`.
    #[item(with = serde_dynamo::string_set)]
    pub languages: BTreeSet<String>,
    /// With `@DoNotEncrypt`.
    #[sign_only]
    pub department: String,
    /// With `@DoNotTouch`.
    #[do_nothing]
    pub logins: u64,
}

/// The address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The city of residence.
    pub city: String,
}

impl Person {
    /// Returns Ada Lovelace with version 1.
    pub fn example() -> Self {
        // 10 December 1815, 19:30:00.250.
        let before_1970 = Duration::from_millis(4_861_657_799_750);
        Self {
            person_id: "p-1".to_owned(),
            version: 1,
            active: true,
            born: Some(SystemTime::UNIX_EPOCH - before_1970),
            address: Address { city: "London".to_owned() },
            languages: ["en".to_owned(), "fr".to_owned()].into(),
            department: "legal".to_owned(),
            logins: 3,
        }
    }

    /// Returns the attributes of the example in Java.
    pub fn example_item() -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |text: &str| AttributeValue::N(text.to_owned());
        let attributes = [
            ("person_id", text("p-1")),
            ("version", number("1")),
            ("active", number("1")),
            ("born", text("1815-12-10T19:30:00.250Z")),
            ("address", text(r#"{"city":"London"}"#)),
            ("languages", AttributeValue::Ss(vec!["en".to_owned(), "fr".to_owned()])),
            ("department", text("legal")),
            ("logins", number("3")),
        ];
        attributes.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// Returns the action of the mapper for each attribute, with these keys.
    pub fn setup(wrapping_key: &[u8], signing_key: &[u8]) -> Setup {
        let overrides = [
            ("person_id", Action::SignOnly),
            ("version", Action::SignOnly),
            ("department", Action::SignOnly),
            ("logins", Action::DoNothing),
        ];
        let overrides = overrides.map(|(name, action)| (name.to_owned(), action)).into();
        Setup {
            provider: Provider::Wrapped {
                wrapping_key: Key::secret("AES", wrapping_key),
                signing_key: Key::secret("HmacSHA256", signing_key),
                material_description: BTreeMap::new(),
            },
            actions: Actions { default: Action::EncryptAndSign, overrides },
            context: Context { table_name: TABLE.to_owned(), partition_key: "person_id".to_owned(), sort_key: None },
        }
    }
}
