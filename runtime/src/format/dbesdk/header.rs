//! The header: how an item was encrypted, and its data key for every recipient.

use std::borrow::Cow;

use crate::crypto::kdf::{hmac_sha512_256, verify_hmac_sha512_256};
use crate::error::{Error, ErrorKind, Result};

use super::HEAD;
use super::encryption_context;
use super::keyring::EncryptedDataKey;
use super::legend::{self, SignedAction};
use super::materials::{Commitment, MessageId, WrappedDataKey};
use super::reader::{Reader, put_short};
use super::suite::AlgorithmSuite;
use super::version::Version;

/// The maximum number of recipients of an item.
pub(super) const MAX_RECIPIENTS: usize = 255;

/// A recipient: the data key encrypted with its intermediate key, and that key as its keyring wrapped it.
#[derive(Clone, Debug)]
pub(super) struct Recipient {
    pub(super) wrapped_data_key: WrappedDataKey,
    pub(super) intermediate: EncryptedDataKey,
}

/// A header as stored.
pub(super) struct Header<'a> {
    pub(super) version: Version,
    pub(super) suite: AlgorithmSuite,
    pub(super) message_id: MessageId,
    pub(super) legend: Vec<SignedAction>,
    pub(super) stored_context: Vec<(&'a str, &'a str)>,
    pub(super) wrapped_data_keys: Vec<WrappedDataKey>,
    pub(super) recipients: Vec<EncryptedDataKey>,
    committed: &'a [u8],
    commitment: Commitment,
}

impl<'a> Header<'a> {
    /// # Errors
    /// `Integrity`, with the cause, which is visible without a key.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self> {
        Self::parts(bytes).map_err(|what| damaged(format!("the header {what}")).with_attribute(HEAD))
    }

    fn parts(bytes: &'a [u8]) -> Result<Self, &'static str> {
        const SHORT: &str = "ends too early";

        let mut reader = Reader::new(bytes);
        let version = match reader.byte().ok_or("is empty")? {
            1 => Version::One,
            2 => Version::Two,
            _ => return Err("has a version other than 1 and 2; update dynaseal"),
        };
        let suite = AlgorithmSuite::from_flavor(reader.byte().ok_or(SHORT)?)
            .ok_or("has an algorithm suite that is not known here; update dynaseal")?;
        let message_id = reader.array().ok_or(SHORT)?;
        let legend = legend::parse(reader.short().ok_or(SHORT)?).ok_or("has an action that is not known here")?;
        if Version::of(legend.iter().copied()) != version {
            return Err("has actions that do not go with its version");
        }
        let stored_context = stored_context(&mut reader)?;
        let count = usize::from(reader.byte().ok_or(SHORT)?);
        if count == 0 {
            return Err("has no recipient");
        }
        let (mut wrapped_data_keys, mut recipients) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for _ in 0..count {
            let Recipient { wrapped_data_key, intermediate } =
                recipient(&mut reader).ok_or("has a recipient that is damaged")?;
            wrapped_data_keys.push(wrapped_data_key);
            recipients.push(intermediate);
        }
        let commitment: Commitment = reader.rest().try_into().map_err(|_| "has not 32 bytes after its recipients")?;
        let (committed, _) = bytes.split_at_checked(bytes.len() - commitment.len()).ok_or(SHORT)?;
        Ok(Self {
            version,
            suite,
            message_id,
            legend,
            stored_context,
            wrapped_data_keys,
            recipients,
            committed,
            commitment,
        })
    }

    /// Returns whether the item was encrypted with the data key from which `commit_key` is derived.
    pub(super) fn is_committed_to(&self, commit_key: &[u8; 32]) -> bool {
        verify_hmac_sha512_256(commit_key, self.committed, &self.commitment)
    }
}

/// A header to write.
pub(super) struct NewHeader<'a> {
    pub(super) suite: AlgorithmSuite,
    pub(super) message_id: MessageId,
    pub(super) actions: &'a [SignedAction],
    pub(super) stored_context: Option<(&'a str, &'a str)>,
    pub(super) recipients: &'a [Recipient],
}

impl NewHeader<'_> {
    /// Serializes the header with its commitment; `None` if a part is too long.
    pub(super) fn write(&self, commit_key: &[u8; 32]) -> Option<Vec<u8>> {
        let mut header = Vec::with_capacity(self.length());
        header.push(Version::of(self.actions.iter().copied()).number());
        header.push(self.suite.flavor());
        header.extend_from_slice(&self.message_id);
        header.extend_from_slice(&u16::try_from(self.actions.len()).ok()?.to_be_bytes());
        header.extend(self.actions.iter().map(|action| action.byte()));
        encryption_context::write(self.stored_context.into_iter(), &mut header)?;
        header.push(u8::try_from(self.recipients.len()).ok()?);
        for Recipient { wrapped_data_key, intermediate } in self.recipients {
            put_short(intermediate.provider_id.as_bytes(), &mut header)?;
            put_short(&intermediate.provider_info, &mut header)?;
            let length = u16::try_from(wrapped_data_key.len() + intermediate.ciphertext.len()).ok()?;
            header.extend_from_slice(&length.to_be_bytes());
            header.extend_from_slice(wrapped_data_key);
            header.extend_from_slice(&intermediate.ciphertext);
        }
        let commitment = hmac_sha512_256(commit_key, &header)?;
        header.extend_from_slice(&commitment);
        Some(header)
    }

    fn length(&self) -> usize {
        const FIXED: usize = 2 + size_of::<MessageId>() + 2 + 2 + 1 + size_of::<Commitment>();

        let context = self.stored_context.map_or(0, |(key, value)| 4 + key.len() + value.len());
        let recipients = self.recipients.iter().map(|Recipient { wrapped_data_key, intermediate }| {
            6 + intermediate.provider_id.len()
                + intermediate.provider_info.len()
                + wrapped_data_key.len()
                + intermediate.ciphertext.len()
        });
        FIXED + self.actions.len() + context + recipients.sum::<usize>()
    }
}

/// Returns the error for an item that cannot have been written in this form. It is determined without a key, so it
/// states the cause.
pub(super) fn damaged(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Integrity, message)
}

fn stored_context<'a>(reader: &mut Reader<'a>) -> Result<Vec<(&'a str, &'a str)>, &'static str> {
    const DAMAGED: &str = "has a damaged encryption context";

    let count = reader.u16().ok_or(DAMAGED)?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        pairs.push((reader.short_text().ok_or(DAMAGED)?, reader.short_text().ok_or(DAMAGED)?));
    }
    let is_sorted = pairs.is_sorted_by(|(a, _), (b, _)| a < b);
    if !is_sorted || pairs.iter().any(|(key, _)| key.is_empty()) {
        return Err("has an encryption context whose keys are empty or not in order");
    }
    Ok(pairs)
}

fn recipient(reader: &mut Reader<'_>) -> Option<Recipient> {
    let provider_id = reader.short_text()?.to_owned();
    let provider_info = reader.short()?.to_vec();
    let (wrapped_data_key, ciphertext) = reader.short()?.split_first_chunk()?;
    let intermediate = EncryptedDataKey { provider_id, provider_info, ciphertext: ciphertext.to_vec() };
    Some(Recipient { wrapped_data_key: *wrapped_data_key, intermediate })
}
