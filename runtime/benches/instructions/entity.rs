//! An entity of the medium shape: the work of a repository between a struct and a stored item.

use dynaseal::{AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor};

use crate::providers::{ready, wrapped};
use crate::shape::Shape;

#[derive(Clone, EncryptedItem)]
pub(crate) struct Medium {
    #[partition_key]
    #[item(rename = "attribute-0")]
    id: String,
    #[sign_only]
    #[item(rename = "attribute-1")]
    one: String,
    #[sign_only]
    #[item(rename = "attribute-2")]
    two: String,
    #[sign_only]
    #[item(rename = "attribute-3")]
    three: String,
    #[item(rename = "attribute-4")]
    four: String,
    #[item(rename = "attribute-5")]
    five: String,
    #[item(rename = "attribute-6")]
    six: String,
    #[item(rename = "attribute-7")]
    seven: String,
    #[item(rename = "attribute-8")]
    eight: String,
    #[item(rename = "attribute-9")]
    nine: String,
    #[item(rename = "attribute-10")]
    ten: String,
    #[item(rename = "attribute-11")]
    eleven: String,
}

impl Medium {
    /// Changes one attribute, as an update does.
    pub(crate) fn change(&mut self) {
        self.eleven.replace_range(..1, "y");
    }
}

pub(crate) struct Entity {
    value: Medium,
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    stored: Item,
}

impl Entity {
    /// Creates an entity of the medium shape, so that the same primitives are its lower bound.
    pub(crate) fn new(shape: &Shape) -> Self {
        let value = Medium::from_item(&mut shape.item.clone()).unwrap();
        let encryptor = ItemEncryptor::new(wrapped());
        let (actions, context) = (AttributeActions::of::<Medium>(), shape.context.clone());
        for name in shape.item.keys() {
            assert_eq!(actions.action(name), shape.actions.action(name), "{name}");
        }
        let mut entity = Self { value, encryptor, actions, context, stored: Item::new() };
        entity.stored = entity.encrypt(&entity.value);
        assert!(entity.stored.values().filter(|value| matches!(value, AttributeValue::B(_))).count() == 10);
        entity
    }

    pub(crate) fn value(&self) -> Medium {
        self.value.clone()
    }

    pub(crate) fn stored(&self) -> &Item {
        &self.stored
    }

    pub(crate) fn encrypt(&self, value: &Medium) -> Item {
        ready(self.encryptor.encrypt(value.to_item().unwrap(), &self.actions, &self.context)).unwrap()
    }

    pub(crate) fn decrypt(&self, stored: Item) -> Medium {
        let mut item = ready(self.encryptor.decrypt(stored, &self.actions, &self.context)).unwrap();
        Medium::from_item(&mut item).unwrap()
    }
}
