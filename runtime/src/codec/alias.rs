//! Attributes that are stored under another name.

use crate::item::Item;

/// Moves a value stored under an alias to the attribute's own name, unless a value is stored there.
pub fn rename_aliases(item: &mut Item, aliases: &[(&'static str, &'static str)]) {
    for (alias, name) in aliases {
        if !item.contains_key(*name)
            && let Some(value) = item.remove(*alias)
        {
            item.insert((*name).to_owned(), value);
        }
    }
}
