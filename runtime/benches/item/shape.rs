//! The measured items.

use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext};

/// The name of the partition key of every shape.
pub(crate) const PARTITION_KEY: &str = "attribute-0";

pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) item: Item,
    pub(crate) actions: AttributeActions,
    pub(crate) context: ItemContext,
    /// The budget of an operation, as a multiple of the primitives.
    pub(crate) budget: Option<Budget>,
    /// The number of items that are measured at once: as few as the resolution of the clock allows, because programs
    /// free one item before the next and so reuse the same memory.
    pub(crate) batch: usize,
}

/// The budgets of both formats.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) ddbec: f64,
    pub(crate) dbesdk: f64,
}

impl Shape {
    pub(crate) fn all() -> [Self; 3] {
        [
            Self::new("small", texts(5, 40), 2, 4).with_budget(1.3, 1.5),
            Self::new("medium", texts(12, 100), 4, 4).with_budget(1.3, 1.5),
            Self::new("large", binary(64 * 1024), 1, 1).with_budget(1.05, 1.1),
        ]
    }

    /// Returns an item with this many attributes of 40 bytes.
    pub(crate) fn of_attributes(count: usize) -> Self {
        let plural = if count == 1 { "" } else { "s" };
        Self::new(&format!("{count} attribute{plural}"), texts(count, 40), 0, (40 / count).clamp(1, 4))
    }

    /// Returns an item with a key and a binary of this many bytes.
    pub(crate) fn of_bytes(length: usize) -> Self {
        Self::new(&format!("{length} bytes"), binary(length), 1, (16 * 1024 / length).clamp(1, 4))
    }

    /// Returns the shape with a signed partition key, which the format of the Database Encryption SDK requires.
    pub(crate) fn with_signed_key(self) -> Self {
        Self { actions: self.actions.with(PARTITION_KEY, AttributeAction::SignOnly), ..self }
    }

    pub(crate) fn with_budget(self, ddbec: f64, dbesdk: f64) -> Self {
        Self { budget: Some(Budget { ddbec, dbesdk }), ..self }
    }

    /// Creates a shape in which all attributes are encrypted, except for the first ones, which are only signed.
    fn new(name: &str, item: Item, signed: usize, batch: usize) -> Self {
        let action = |index| if index < signed { AttributeAction::SignOnly } else { AttributeAction::EncryptAndSign };
        let actions = (0..item.len()).fold(AttributeActions::new(AttributeAction::EncryptAndSign), |actions, index| {
            actions.with(format!("attribute-{index}"), action(index))
        });
        let context = ItemContext::new("table").partition_key(PARTITION_KEY);
        Self { name: name.to_owned(), item, actions, context, budget: None, batch }
    }
}

fn texts(count: usize, length: usize) -> Item {
    (0..count).map(|index| (format!("attribute-{index}"), AttributeValue::S("x".repeat(length)))).collect()
}

fn binary(length: usize) -> Item {
    Item::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S("x".repeat(20))),
        ("attribute-1".to_owned(), AttributeValue::B(vec![7; length].into())),
    ])
}
