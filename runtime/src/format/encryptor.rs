//! The entry point for encryption and decryption, which chooses the format.

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::format::dbesdk::Dbesdk;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::dispatch::{Format, FormatKind, RecordedActions};
use crate::format::identity::{EncryptedNumbers, Identity};
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

/// Encrypts and signs items, and verifies and decrypts them.
///
/// A [`Repository`](crate::Repository) does this itself. Use the encryptor for items that are not sent by a repository,
/// such as those of streams and exports, and for schemas that are only known at run time. It accepts any action for any
/// attribute: the caller ensures that the primary key is not encrypted.
///
/// It writes the item format of AWS's [DynamoDB Encryption Client](crate::format::Ddbec), which the guide's page
/// `wire_format` describes byte by byte; or, [with a keyring](Self::with_keyring), that of its successor, the [AWS
/// Database Encryption SDK](Dbesdk).
///
/// ```
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ItemContext, Item, ItemEncryptor};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let encryptor = ItemEncryptor::new(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?));
/// let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
/// let context = ItemContext::new("employees").partition_key("id");
///
/// let item = Item::from([
///     ("id".to_owned(), AttributeValue::S("e-1".to_owned())),
///     ("salary".to_owned(), AttributeValue::N("4200".to_owned())),
/// ]);
/// let stored = encryptor.encrypt(item.clone(), &actions, &context).await?;
/// assert!(stored["salary"].is_b());
/// assert_eq!(encryptor.decrypt(stored, &actions, &context).await?, item);
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ItemEncryptor {
    pub(super) writes: Format,
    /// Formats of other kinds that are also read.
    pub(super) reads: Vec<Format>,
}

impl ItemEncryptor {
    /// Creates an encryptor with keys of this provider, or with a [`Format`] that has its own settings.
    pub fn new(format: impl Into<Format>) -> Self {
        Self { writes: format.into(), reads: Vec::new() }
    }

    /// Creates an encryptor for the AWS Database Encryption SDK's format, with keys of this keyring. To change
    /// settings, pass a [`Dbesdk`] to [`new`](Self::new).
    pub fn with_keyring(keyring: impl Keyring + 'static) -> Self {
        Self::new(Dbesdk::new(keyring))
    }

    /// Also reads items of another format. Items are still written in the first one.
    ///
    /// The attributes that encryption added to an item determine its format; an item with those of several formats is
    /// rejected. For other keys or actions of the same format, use [`SchemaVersion`](crate::SchemaVersion).
    ///
    /// # Errors
    /// `Usage` if the encryptor already reads this format.
    pub fn also_reads(mut self, format: impl Into<Format>) -> Result<Self> {
        let format = format.into();
        if self.formats().any(|known| known.kind() == format.kind()) {
            return Err(Error::new(
                ErrorKind::Usage,
                "the encryptor reads this format already; for other keys or actions of the same format use a `SchemaVersion`",
            ));
        }
        self.reads.push(format);
        Ok(self)
    }

    /// Clears cached keys, so that the next item uses new keys and current permissions.
    ///
    /// # Errors
    /// The errors of custom providers; those of this crate do not fail.
    pub async fn refresh(&self) -> Result<()> {
        for format in self.formats() {
            format.refresh().await?;
        }
        Ok(())
    }

    /// Prefetches keys that the first item would wait for.
    ///
    /// # Errors
    /// The error with which the first item would fail.
    pub async fn warm_up(&self) -> Result<()> {
        for format in self.formats() {
            format.warm_up().await?;
        }
        Ok(())
    }

    /// Encrypts the values whose action requires it, signs the item, and adds the two attributes of the format.
    ///
    /// If the actions protect no attribute at all, the item is returned unchanged. A set that is empty or has
    /// duplicates, which DynamoDB would reject, can be encrypted.
    ///
    /// # Errors
    /// * `Usage` if the item has an attribute that is named like one of the two that are added (`*amzn-ddb-map-sig*` and
    ///   `*amzn-ddb-map-desc*`, unless others were chosen), if the two were given the same name or none, or if values are
    ///   to be encrypted and the provider can only sign.
    /// * `Codec` for a value that DynamoDB cannot represent, such as a number of 39 digits, whatever its action is, unless the
    ///   format [accepts it](crate::format::Ddbec::accept_long_numbers); and for lists and maps that are nested more than 128 levels deep.
    /// * `Materials`, and the errors of the provider.
    pub async fn encrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        if actions.protect_nothing() {
            return Ok(item);
        }
        self.writes.encrypt(item, actions, context, EncryptedNumbers::OfDynamoDb).await
    }

    /// The same for a table, whose items are written as they were read: encrypted numbers are not limited.
    pub(crate) async fn encrypt_for_table(
        &self,
        item: Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Item> {
        if actions.protect_nothing() {
            return Ok(item);
        }
        self.writes.encrypt(item, actions, context, EncryptedNumbers::Any).await
    }

    /// Verifies the signature, and only then decrypts. The two attributes of the format are removed.
    ///
    /// Items of the Java and the Python client are also read. Signed and encrypted numbers are returned in plain
    /// decimal notation, without superfluous zeros. If the actions protect no attribute at all, the item is returned
    /// unchanged.
    ///
    /// # Errors
    /// * `Integrity` if the item was not written with these keys, actions and table name, was changed since, or has no
    ///   signature; and if the material description is damaged, or lacks what the provider always writes.
    /// * `Materials` if the material description names other algorithms or keys than the provider's, and the errors of
    ///   the provider.
    /// * `Usage` if values are to be decrypted and the provider can only verify, or if the two attributes were given the
    ///   same name or none.
    pub async fn decrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        if actions.protect_nothing() {
            return Ok(item);
        }
        self.format_of(&item).ok_or_else(Error::integrity)?.decrypt(item, actions, context).await
    }

    /// Returns the same encryptor for one item, whose keys are requested once for any number of attempts.
    pub(crate) fn for_one_item(&self) -> Self {
        Self { writes: self.writes.for_one_item(), reads: self.reads.iter().map(Format::for_one_item).collect() }
    }

    /// Returns the kinds of the formats whose marks a stored item has.
    pub(crate) fn detect(&self, stored: &Item) -> impl Iterator<Item = FormatKind> {
        self.formats().filter(|format| format.detect(stored)).map(Format::kind)
    }

    /// Returns the kinds of the formats that are read; the one that is written comes first.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = FormatKind> {
        self.formats().map(Format::kind)
    }

    /// Returns the kind of the format that is written.
    pub(crate) fn written_kind(&self) -> FormatKind {
        self.writes.kind()
    }

    /// Returns whether a stored item has a mark of one of the formats.
    pub(crate) fn detects(&self, stored: &Item) -> bool {
        self.detect(stored).next().is_some()
    }

    /// Returns the names of the attributes that distinguish items of these formats from plaintext.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &str> {
        self.formats().flat_map(Format::marks)
    }

    /// Returns whether one of the formats reserves the name.
    pub(crate) fn owns(&self, name: &str) -> bool {
        self.formats().any(|format| format.owns(name))
    }

    /// Returns what distinguishes this state of a stored item from all others; `None` if the item lacks it.
    pub(crate) fn identity(&self, stored: &Item, actions: &AttributeActions) -> Option<Identity> {
        self.format_of(stored)?.identity(stored, actions)
    }

    /// True if items of the format that is written can have beacons.
    pub(crate) fn writes_beacons(&self) -> bool {
        self.writes.has_beacons()
    }

    /// Returns the same encryptor for items that may have unsigned beacons.
    pub(crate) fn with_unsigned_beacons(&self) -> Self {
        let reads = self.reads.iter().map(Format::with_unsigned_beacons).collect();
        Self { writes: self.writes.with_unsigned_beacons(), reads }
    }

    /// Returns the default action of the primary key's attributes.
    pub(crate) fn key_action(&self, actions: &AttributeActions) -> AttributeAction {
        self.writes.key_action(actions)
    }

    /// Returns whether written items record their actions.
    pub(crate) fn writes_actions(&self) -> bool {
        self.writes.records_actions()
    }

    /// Returns whether the format of the item records actions.
    pub(crate) fn has_recorded_actions(&self, stored: &Item) -> bool {
        self.format_of(stored).is_some_and(Format::records_actions)
    }

    /// Returns the actions with which the signed attributes of the item were written, if its format records them, given
    /// which attributes `actions` signs.
    pub(crate) fn recorded_actions(&self, stored: &Item, actions: &AttributeActions) -> Option<RecordedActions> {
        self.format_of(stored)?.recorded_actions(stored, actions)
    }

    /// The recipients that cannot read an item although another one can, by their keys, as far as these are held here.
    pub(crate) async fn locked_out(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<String>> {
        match self.format_of(stored) {
            Some(format) => format.locked_out(stored, actions, context).await,
            None => Ok(Vec::new()),
        }
    }

    /// Returns all formats; the one for writing comes first.
    fn formats(&self) -> impl Iterator<Item = &Format> {
        [&self.writes].into_iter().chain(&self.reads)
    }

    /// Returns the one format whose marks the item has. If there is only one format, it also handles items without
    /// marks, and reports what they lack.
    pub(super) fn format_of(&self, stored: &Item) -> Option<&Format> {
        if self.reads.is_empty() {
            return (!self.writes.detects_another(stored)).then_some(&self.writes);
        }
        let mut detected = self.formats().filter(|format| format.detect(stored));
        match (detected.next(), detected.next()) {
            (Some(format), None) => Some(format),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::AttributeValue;
    use crate::keyrings::RawAesKeyring;
    use crate::materials::{AesKey, HmacKey, StaticProvider};

    fn keyring() -> RawAesKeyring {
        RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap()
    }

    fn provider() -> StaticProvider {
        StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
    }

    #[tokio::test]
    async fn items_of_both_formats_are_read_and_mixed_items_are_rejected() {
        let ddbec = ItemEncryptor::new(provider());
        let dbesdk = ItemEncryptor::with_keyring(keyring());
        let both = ddbec.clone().also_reads(Dbesdk::new(keyring())).unwrap();
        let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
        let context = ItemContext::new("employees").partition_key("id");
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let item = Item::from([("id".to_owned(), text("e-1")), ("name".to_owned(), text("Ada"))]);

        let old = ddbec.encrypt(item.clone(), &actions, &context).await.unwrap();
        let new = dbesdk.encrypt(item.clone(), &actions, &context).await.unwrap();
        for stored in [&old, &new] {
            assert_eq!(both.decrypt(stored.clone(), &actions, &context).await.unwrap(), item);
        }
        let written = both.encrypt(item.clone(), &actions, &context).await.unwrap();
        assert_eq!(ddbec.decrypt(written, &actions, &context).await.unwrap(), item);

        for mark in dbesdk.marks() {
            let mut confused = old.clone();
            confused.insert(mark.to_owned(), new[mark].clone());
            for encryptor in [&both, &ddbec] {
                let error = encryptor.decrypt(confused.clone(), &actions, &context).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Integrity, "{mark}");
            }
        }
        let error = both.decrypt(item, &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
    }

    /// Whether names are compared or looked up.
    #[test]
    fn marks_of_the_other_format_are_found_among_few_and_many_attributes() {
        let encryptors = [ItemEncryptor::new(provider()), ItemEncryptor::with_keyring(keyring())];
        for count in [0, 1, 23, 24, 25, 100] {
            let item: Item = (0..count).map(|number| (format!("a{number}"), AttributeValue::Null(true))).collect();
            for (encryptor, other) in encryptors.iter().zip(encryptors.iter().rev()) {
                assert!(encryptor.format_of(&item).is_some(), "{count}");
                for mark in other.marks() {
                    let mut marked = item.clone();
                    marked.insert(mark.to_owned(), AttributeValue::Null(true));
                    assert!(encryptor.format_of(&marked).is_none(), "{mark}, {count}");
                }
            }
        }
    }

    #[test]
    fn a_second_format_of_the_same_kind_is_rejected() {
        let error = ItemEncryptor::new(provider()).also_reads(provider()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}
