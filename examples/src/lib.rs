//! The shared parts of the example programs: showing an item as the program sees it and as it is stored, a KMS that
//! needs no account, and inspecting stored items.

#[cfg(feature = "kms")]
pub mod clinic;
pub mod environment;
pub mod inspect;
#[cfg(feature = "kms")]
pub mod key_store;
#[cfg(feature = "kms")]
mod kms;
mod round_trip;
pub mod staff;
mod stored_format;

use anstream::println;
use anstyle::{AnsiColor, Style};
use dynaseal::{AttributeAction, AttributeValue, EncryptedItem, Item};

#[cfg(feature = "kms")]
pub use kms::kms;
pub use round_trip::round_trip;
pub use stored_format::StoredFormat;

/// The number of bytes of a binary that are shown.
const SHOWN_BYTES: usize = 12;

/// Prints every attribute of `entity` beside its stored value, colored by its protection.
///
/// # Errors
/// Fails if the entity cannot be encoded.
pub fn side_by_side<T: EncryptedItem>(entity: &T, stored: &Item) -> dynaseal::Result<()> {
    let plain = entity.to_item()?;
    println!("  {:<22} {:<26} {:<46} protection", "attribute", "the program sees", "DynamoDB stores");
    for (name, action) in T::ACTIONS {
        let (style, protection) = describe(*action);
        let (seen, kept) = (show(plain.get(*name)), show(stored.get(*name)));
        println!("  {name:<22} {seen:<26} {style}{kept:<46} {protection}{style:#}");
    }
    for name in stored.keys().filter(|name| !T::ACTIONS.iter().any(|(known, _)| known == name)) {
        println!("  {name:<22} {:<26} {:<46} added", "", show(stored.get(name)));
    }
    println!();
    Ok(())
}

fn describe(action: AttributeAction) -> (Style, &'static str) {
    match action {
        AttributeAction::EncryptAndSign => (AnsiColor::Green.on_default(), "encrypted and signed"),
        AttributeAction::DoNothing => (AnsiColor::Red.on_default(), "plain"),
        _ => (AnsiColor::Yellow.on_default(), "signed"),
    }
}

fn show(value: Option<&AttributeValue>) -> String {
    match value {
        Some(AttributeValue::S(text)) => format!("{text:?}"),
        Some(AttributeValue::N(number)) => number.clone(),
        Some(AttributeValue::B(blob)) => show_bytes(blob.as_ref()),
        Some(AttributeValue::L(elements)) => {
            format!("[{}]", elements.iter().map(|element| show(Some(element))).collect::<Vec<_>>().join(", "))
        }
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

fn show_bytes(bytes: &[u8]) -> String {
    let start: String = bytes.iter().take(SHOWN_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > SHOWN_BYTES { "…" } else { "" };
    format!("{start}{more} ({} bytes)", bytes.len())
}
