//! The format of stored items that a suite runs with, which is set by an environment variable.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

use std::process::Command;

use dynaseal::ItemEncryptor;
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};

/// `dbesdk` selects items of the AWS Database Encryption SDK; the default is the format of the DynamoDB Encryption
/// Client.
const VARIABLE: &str = "DYNASEAL_TEST_FORMAT";

/// The name of the test that runs a suite again.
const REPEATED: &str = "the_suite_passes_with_the_other_format";

/// A format of stored items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredFormat {
    /// The format of the DynamoDB Encryption Client.
    Ddbec,
    /// The format of the AWS Database Encryption SDK.
    Dbesdk,
}

impl StoredFormat {
    /// Returns the format of this process.
    #[must_use]
    pub fn current() -> Self {
        match std::env::var(VARIABLE).as_deref() {
            Ok("dbesdk") => Self::Dbesdk,
            _ => Self::Ddbec,
        }
    }

    /// Returns true in a process with items of the AWS Database Encryption SDK.
    #[must_use]
    pub fn is_dbesdk() -> bool {
        Self::current() == Self::Dbesdk
    }

    /// Returns an encryptor of this format with new keys.
    #[must_use]
    pub fn new_keys(self) -> ItemEncryptor {
        self.encryptor(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
    }

    /// Returns an encryptor of this format with the same keys for the same number.
    #[must_use]
    pub fn keys_of(self, number: u8) -> ItemEncryptor {
        let bytes = [number; 32];
        let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &bytes).unwrap();
        self.encryptor(AesKey::from_bytes(&bytes).unwrap(), signing_key)
    }

    /// Returns the number of rounds of a long test: for the Database Encryption SDK a fifth of `rounds`, because these tests
    /// spend most of their time on the network and the store, which do not depend on the format.
    #[must_use]
    pub fn rounds(rounds: usize) -> usize {
        if Self::is_dbesdk() { rounds / 5 } else { rounds }
    }

    fn encryptor(self, key: AesKey, signing_key: HmacKey) -> ItemEncryptor {
        match self {
            Self::Ddbec => ItemEncryptor::new(WrappedProvider::new(key, signing_key)),
            Self::Dbesdk => ItemEncryptor::with_keyring(RawAesKeyring::new("tests", "key", &key).unwrap()),
        }
    }

    /// Returns the names of the attributes that encryption adds to an item: first the signature or footer, then the
    /// description or header.
    #[must_use]
    pub fn added(self) -> [&'static str; 2] {
        match self {
            Self::Ddbec => ["*amzn-ddb-map-sig*", "*amzn-ddb-map-desc*"],
            Self::Dbesdk => ["aws_dbe_foot", "aws_dbe_head"],
        }
    }
}

/// An encryptor of each format, with the same keys in every process: that of the DynamoDB Encryption Client first.
#[must_use]
pub fn both() -> (ItemEncryptor, ItemEncryptor) {
    (StoredFormat::Ddbec.keys_of(1), StoredFormat::Dbesdk.keys_of(2))
}

/// Runs these topics of this binary again in another process, with items of the AWS Database Encryption SDK.
pub fn repeat_with_dbesdk(topics: &[&str]) {
    if StoredFormat::is_dbesdk() {
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(topics).args(["--skip", REPEATED]).env(VARIABLE, "dbesdk").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let summary = printed.lines().rev().find(|line| line.starts_with("test result")).unwrap_or_default();
    println!("with items of the AWS Database Encryption SDK: {summary}");
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
}
