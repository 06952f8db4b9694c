//! Identifiers of AWS KMS keys.

use std::fmt;

/// An identifier of an AWS KMS key: a key ID, a key ARN, an alias name (`alias/..`) or an alias ARN.
///
/// An ARN determines the Region to call; the others refer to the Region of the client. The text is not validated here:
/// KMS rejects an invalid one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KmsKeyId(String);

impl KmsKeyId {
    /// Returns the identifier as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the Region of an ARN.
    pub fn region(&self) -> Option<&str> {
        Arn::parse(&self.0).map(|arn| arn.region)
    }

    /// Returns whether the key that KMS reports can be the one with this identifier.
    ///
    /// KMS was given this identifier and rejects ciphertexts under other keys, so this is a second check. Only KMS
    /// knows which key an alias points to.
    pub(crate) fn agrees_with(&self, used: &str) -> bool {
        let Some(used) = Arn::parse(used) else { return false };
        match Arn::parse(&self.0) {
            Some(arn) if arn.resource.starts_with(ALIAS) => {
                (arn.partition, arn.region, arn.account) == (used.partition, used.region, used.account)
            }
            Some(arn) => arn.is_same_key(&used),
            None => self.0.starts_with(ALIAS) || used.resource.strip_prefix(KEY) == Some(&self.0),
        }
    }
}

impl From<&str> for KmsKeyId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for KmsKeyId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for KmsKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KmsKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KmsKeyId({})", self.0)
    }
}

const ALIAS: &str = "alias/";
const KEY: &str = "key/";

/// Key IDs of multi-Region keys begin with this, and are the same in every Region:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html>.
const MULTI_REGION: &str = "key/mrk-";

/// `arn:partition:kms:region:account:resource`.
struct Arn<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        let (Some("arn"), Some(partition), Some("kms"), Some(region), Some(account), Some(resource)) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return None;
        };
        Some(Self { partition, region, account, resource })
    }

    fn is_same_key(&self, other: &Self) -> bool {
        (self.partition, self.account, self.resource) == (other.partition, other.account, other.resource)
            && (self.region == other.region || self.resource.starts_with(MULTI_REGION))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_was_used_must_be_the_named_key() {
        let used = "arn:aws:kms:us-east-1:111122223333:key/1234";
        let replica = "arn:aws:kms:eu-west-1:111122223333:key/mrk-12";
        for (named, used, expected) in [
            ("1234", used, true),
            ("123", used, false),
            ("alias/app", used, true),
            ("arn:aws:kms:us-east-1:111122223333:alias/app", used, true),
            ("arn:aws:kms:us-east-1:444455556666:alias/app", used, false),
            ("arn:aws:kms:eu-west-1:111122223333:alias/app", used, false),
            (used, used, true),
            ("arn:aws:kms:eu-west-1:111122223333:key/1234", used, false),
            ("arn:aws:kms:us-east-1:444455556666:key/1234", used, false),
            ("arn:aws:kms:us-east-1:111122223333:key/mrk-12", replica, true),
            ("arn:aws:kms:us-east-1:444455556666:key/mrk-12", replica, false),
            ("mrk-12", replica, true),
            ("1234", "1234", false),
        ] {
            assert_eq!(KmsKeyId::from(named).agrees_with(used), expected, "{named} {used}");
        }
    }
}
