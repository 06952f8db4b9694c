//! The footer: a tag for every recipient, and the digital signature of a suite that has one.

use super::materials::RecipientTag;
use super::signer::SIGNATURE;
use super::suite::AlgorithmSuite;

/// A footer as stored.
pub(super) struct Footer<'a> {
    pub(super) tags: &'a [RecipientTag],
    pub(super) signature: &'a [u8],
}

impl<'a> Footer<'a> {
    /// Parses a footer; `None` unless it has exactly one tag for each recipient.
    pub(super) fn parse(bytes: &'a [u8], suite: AlgorithmSuite, recipients: usize) -> Option<Self> {
        let signature = if suite.has_signature() { SIGNATURE } else { 0 };
        let (tags, signature) = bytes.split_at_checked(bytes.len().checked_sub(signature)?)?;
        let (tags, rest) = tags.as_chunks();
        (rest.is_empty() && tags.len() == recipients).then_some(Self { tags, signature })
    }
}
