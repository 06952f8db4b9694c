//! The ARN of a key, the only identifier that includes its Region and account.

use std::fmt;

use super::key_id::KmsKeyId;

/// The prefix of the ids of multi-Region keys, which are the same in every Region:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html>.
const MULTI_REGION: &str = "mrk-";

/// `arn:partition:kms:region:account:key/id`. Stored items contain such ARNs, so they are validated: the Region becomes
/// part of the host name of requests.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyArn {
    partition: String,
    region: String,
    account: String,
    id: String,
}

impl KeyArn {
    /// Parses the ARN of a key; `None` for anything else, including the ARN of an alias.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split(':').collect();
        let &["arn", partition, "kms", region, account, resource] = fields.as_slice() else { return None };
        let id = resource.strip_prefix("key/")?;
        let is_sound = is_label(partition) && is_label(region) && is_word(account) && is_word(id);
        is_sound.then(|| Self {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            id: id.to_owned(),
        })
    }

    pub(crate) fn partition(&self) -> &str {
        &self.partition
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn is_multi_region(&self) -> bool {
        self.id.starts_with(MULTI_REGION)
    }

    /// Returns true for the same key, and for related multi-Region keys.
    pub(crate) fn is_related_to(&self, other: &Self) -> bool {
        self == other || self.is_multi_region() && self.in_region(&other.region) == *other
    }

    /// Returns the ARN in another Region, which for a multi-Region key is that of the related key.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    pub(crate) fn to_key_id(&self) -> KmsKeyId {
        KmsKeyId::from(self.to_string())
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:kms:{}:{}:key/{}", self.partition, self.region, self.account, self.id)
    }
}

impl fmt::Debug for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyArn({self})")
    }
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_key_arns_are_accepted() {
        for text in [
            "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        ] {
            assert_eq!(KeyArn::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "alias/employees",
            "arn:aws:kms:us-east-1:111122223333:alias/employees",
            "arn:aws:kms:us-east-1:111122223333:key/",
            "arn:aws:kms:us-east-1:111122223333:key/a/b",
            "arn:aws:kms:us-east-1:111122223333:key/a:b",
            "arn:aws:kms:us-east-1:111122223333:1234",
            "arn:aws:kms:us-east-1::key/1234",
            "arn:aws:kms::111122223333:key/1234",
            "arn::kms:us-east-1:111122223333:key/1234",
            "arn:aws:s3:us-east-1:111122223333:key/1234",
            "ARN:aws:kms:us-east-1:111122223333:key/1234",
            "arn:aws:kms:example.com/?:111122223333:key/1234",
            "arn:aws:kms:us-east-1:111122223333:key/1234 ",
        ] {
            assert_eq!(KeyArn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn multi_region_keys_are_related_in_every_region() {
        let arn = |region: &str, account: &str, id: &str| {
            KeyArn::parse(&format!("arn:aws:kms:{region}:{account}:key/{id}")).unwrap()
        };
        let key = arn("us-east-1", "111122223333", "mrk-12");
        assert!(key.is_related_to(&key) && key.is_related_to(&arn("eu-west-1", "111122223333", "mrk-12")));
        assert!(!key.is_related_to(&arn("eu-west-1", "444455556666", "mrk-12")));
        assert!(!key.is_related_to(&arn("us-east-1", "111122223333", "mrk-13")));
        let single = arn("us-east-1", "111122223333", "12");
        assert!(single.is_related_to(&single) && !single.is_related_to(&arn("eu-west-1", "111122223333", "12")));
        assert_eq!(key.in_region("eu-west-1"), arn("eu-west-1", "111122223333", "mrk-12"));
    }
}
