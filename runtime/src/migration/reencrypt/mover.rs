//! Moves one item.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::{Error, ErrorKind, Result};
use crate::item::number::Number;
use crate::item::{AttributeValue, Item};
use crate::migration::report::Outcome;
use crate::migration::run::Move;
use crate::migration::walk::{Visit, Walk};
use crate::request::Revision;
use crate::table::schema_version::OlderVersion;
use crate::table::{Table, WrittenAs};

#[derive(Clone)]
pub(super) struct Mover {
    pub(super) is_dry_run: bool,
    /// Whether items with an older version of their key are moved.
    pub(super) to_active_keys: bool,
    /// The attributes that are stored as numbers.
    numbers: &'static [&'static str],
    pub(super) is_known: Option<IsKnown>,
    pub(super) on_moved: Option<OnMoved>,
    /// The checkpoint of a move that is finished, so that nothing in an older form is moved.
    finished: Option<String>,
}

type IsKnown = Arc<dyn Fn(&Item, &Revision) -> bool + Send + Sync>;
type OnMoved = Arc<dyn Fn(&Item, &Revision) + Send + Sync>;

impl Mover {
    #[inline]
    pub(super) fn new(numbers: &'static [&'static str]) -> Self {
        Self { is_dry_run: false, to_active_keys: false, numbers, is_known: None, on_moved: None, finished: None }
    }

    #[inline]
    pub(super) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Returns why an item in this form must not be moved.
    #[inline]
    fn refusal(&self, form: Option<&OlderForm>, item: &Item, revision: &Revision) -> Option<(Outcome, Error)> {
        if let (Some(checkpoint), Some(form)) = (&self.finished, form) {
            let late = format!(
                "it verifies in {form}, but the move is finished according to {checkpoint}: an old program wrote it, or \
                 someone put it back. Find out which, and use `move_again` if it is genuine; it was left as it was"
            );
            return Some((Outcome::Late, Error::new(ErrorKind::ConditionFailed, late)));
        }
        if self.is_known.as_ref().is_none_or(|is_known| is_known(item, revision)) {
            return None;
        }
        let unknown = "it verifies as it was written before, and `move_only` does not know it; it was left as it was";
        Some((Outcome::Left, Error::new(ErrorKind::ConditionFailed, unknown)))
    }
}

/// What the stored item shows about its form, before it is verified.
struct Before {
    has_another_format: bool,
    /// The item, if the version of its key matters.
    stored: Option<Item>,
}

impl Before {
    #[inline]
    fn of(table: &Table, stored: &Item, with_key: bool) -> Self {
        Self { has_another_format: table.has_another_format(stored), stored: with_key.then(|| stored.clone()) }
    }

    /// Returns the older form of the item, which is verified by now, if it has one.
    #[inline]
    async fn older_form(&self, table: &Table, written: &WrittenAs) -> Result<Option<OlderForm>> {
        if let WrittenAs::Older(version) = written {
            return Ok(Some(OlderForm::Version(Arc::clone(version))));
        }
        if self.has_another_format {
            return Ok(Some(OlderForm::Format));
        }
        match &self.stored {
            Some(stored) => Ok(table.has_outdated_key(stored).await?.then_some(OlderForm::Key)),
            None => Ok(None),
        }
    }
}

/// A form of an item that new items do not have.
enum OlderForm {
    Version(Arc<OlderVersion>),
    /// The current version reads its format, and writes another one.
    Format,
    /// The current version wrote it with an older version of its key.
    Key,
}

impl OlderForm {
    /// Returns the name for the audit event.
    #[inline]
    fn name(&self) -> &str {
        match self {
            Self::Version(version) => &version.name,
            Self::Format => "(another format)",
            Self::Key => "(an older version of its key)",
        }
    }
}

impl fmt::Display for OlderForm {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "the version {:?}", version.name),
            Self::Format => f.write_str("a format that is read and no longer written"),
            Self::Key => f.write_str("an older version of its key"),
        }
    }
}

impl fmt::Debug for Mover {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mover").field("is_dry_run", &self.is_dry_run).finish_non_exhaustive()
    }
}

impl Move for Mover {
    #[inline]
    fn after_the_end(&self, checkpoint: &Path) -> Arc<dyn Visit> {
        Arc::new(Self { finished: Some(checkpoint.display().to_string()), ..self.clone() })
    }
}

impl Visit for Mover {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            // Such an item can be read as it is, and what shall be encrypted from now on may be readable in it.
            let is_written_otherwise = walk.table.is_written_otherwise(&stored);
            let before = Before::of(&walk.table, &stored, self.to_active_keys);
            let (mut item, snapshot) = walk.table.open(stored).await?;
            let form = before.older_form(&walk.table, &snapshot.written).await?;
            let was_text = store_as_numbers(&mut item, self.numbers);
            if form.is_none() && !was_text && !is_written_otherwise {
                return Ok(Outcome::UpToDate);
            }
            let revision = Revision::of(&snapshot);
            if let Some((outcome, reason)) = self.refusal(form.as_ref(), &item, &revision) {
                if let (Outcome::Late, Some(form)) = (outcome, &form) {
                    walk.table.warn(form.name(), "an item in an older form was found after the move was finished");
                }
                walk.left(&item, &reason);
                return Ok(outcome);
            }
            let key = walk.table.key.of(&item);
            if self.is_dry_run {
                walk.table.encrypt_again(&snapshot, item).await?;
            } else {
                walk.turn().await;
                walk.table.rewrite(&snapshot, item).await?;
                if let Some(on_moved) = &self.on_moved {
                    on_moved(&key, &revision);
                }
            }
            Ok(Outcome::Rewritten)
        })
    }
}

/// Converts the text of these attributes to numbers, and returns whether there was any.
#[inline]
fn store_as_numbers(item: &mut Item, names: &[&str]) -> bool {
    let mut was_text = false;
    for name in names {
        if let Some(value) = item.get_mut(*name)
            && let AttributeValue::S(text) = &*value
            && let Ok(number) = text.parse::<Number>()
        {
            *value = AttributeValue::N(number.to_string());
            was_text = true;
        }
    }
    was_text
}
