//! Stored values in another form than the program would write.

use crate::item::plaintext::{PlaintextItem, wipe_value};
use crate::item::{Item, value};

/// The attributes whose stored values differ from what the program would have written right after reading: a type with
/// fewer members than the writer's, a set that was read as a list, a number with more digits than an `f64` holds, a
/// default.
///
/// A write keeps these values unless the program changes the attribute.
#[derive(Clone, Default)]
pub(super) struct Untouched {
    /// The decrypted values.
    stored: PlaintextItem,
    /// The attributes that the program would write but that are not stored.
    absent: Vec<String>,
}

impl Untouched {
    /// `stored` is the decrypted item; `read` is what the program would have written right after reading it.
    pub(super) fn between(mut stored: PlaintextItem, read: &Item) -> Self {
        let absent = read.keys().filter(|name| !stored.contains_key(*name)).cloned().collect();
        stored.extract_if(|name, value| read.get(name) == Some(value)).for_each(|(_, value)| wipe_value(value));
        Self { stored, absent }
    }

    /// Restores the stored values in the item to be written, except those of attributes that the program changed. A
    /// number in another spelling is not a change.
    pub(super) fn restore(&mut self, read: &Item, item: &mut Item) {
        let is_changed = |item: &Item, name: &str| !value::same_if_present(item.get(name), read.get(name));
        let changed = self.stored.extract_if(|name, _| is_changed(item, name));
        changed.for_each(|(_, value)| wipe_value(value));
        self.absent.retain(|name| !is_changed(item, name));
        for (name, value) in item.iter_mut() {
            if value::has_spellings(value)
                && let Some(before) = read.get(name)
                && value != before
                && value::same(value, before)
            {
                wipe_value(std::mem::replace(value, before.clone()));
            }
        }
        for (name, stored) in self.stored.iter() {
            item.insert(name.clone(), stored.clone()).into_iter().for_each(wipe_value);
        }
        for name in &self.absent {
            item.remove(name).into_iter().for_each(wipe_value);
        }
    }
}
