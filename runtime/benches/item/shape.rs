//! The items that are measured.

use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptionContext, Item};

pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) item: Item,
    pub(crate) actions: AttributeActions,
    pub(crate) context: EncryptionContext,
    /// How many times the bare primitives' time an operation may take.
    pub(crate) budget: f64,
    /// How many items are measured at once: few enough to fit into the processor's caches.
    pub(crate) batch: usize,
}

impl Shape {
    pub(crate) fn all() -> [Self; 3] {
        let texts = |count: usize, length: usize| {
            (0..count).map(move |index| (format!("attribute-{index}"), AttributeValue::S("x".repeat(length)))).collect()
        };
        let large = Item::from([
            ("attribute-0".to_owned(), AttributeValue::S("x".repeat(20))),
            ("attribute-1".to_owned(), AttributeValue::B(vec![7; 64 * 1024].into())),
        ]);
        [
            Self::new("small", texts(5, 40), 2, 1.5, 64),
            Self::new("medium", texts(12, 100), 4, 1.5, 64),
            Self::new("large", large, 1, 1.1, 4),
        ]
    }

    /// All attributes are encrypted, but for the first ones, which are only signed.
    fn new(name: &'static str, item: Item, signed: usize, budget: f64, batch: usize) -> Self {
        let action = |index| if index < signed { AttributeAction::SignOnly } else { AttributeAction::EncryptAndSign };
        let actions = (0..item.len()).fold(AttributeActions::new(AttributeAction::EncryptAndSign), |actions, index| {
            actions.with(format!("attribute-{index}"), action(index))
        });
        let context = EncryptionContext::new("table").partition_key("attribute-0");
        Self { name, item, actions, context, budget, batch }
    }
}
