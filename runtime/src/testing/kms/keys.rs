//! The keys, aliases and grants of the double.

use std::collections::HashMap;
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use std::sync::Arc;

use rand::Rng;
use zeroize::Zeroizing;

#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use crate::crypto::oaep::OaepPrivateKey;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
use crate::keyrings::EcdhPrivateKey;

use super::rejection::Rejection;

/// The account number of the examples in the AWS documentation.
const ACCOUNT: &str = "111122223333";

#[derive(Default)]
pub(super) struct Keys {
    /// Keys by ARN.
    keys: HashMap<String, Key>,
    /// Key ARNs by alias ARN.
    aliases: HashMap<String, String>,
    grants: Vec<Grant>,
}

#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) material: Material,
    pub(super) state: State,
    accessible: bool,
}

/// The key material, which also determines the usage.
#[derive(Clone)]
pub(super) enum Material {
    Symmetric(Zeroizing<[u8; 32]>),
    #[cfg(any(feature = "aws-lc", feature = "rsa"))]
    Rsa(Arc<OaepPrivateKey>),
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    KeyAgreement(EcdhPrivateKey),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Enabled,
    Disabled,
    PendingDeletion,
}

struct Grant {
    token: String,
    key: String,
    principal: String,
    operations: Vec<String>,
}

impl Key {
    /// Returns the bytes of a symmetric key.
    pub(super) fn symmetric(&self) -> Result<&[u8; 32], Rejection> {
        match &self.material {
            Material::Symmetric(material) => Ok(material),
            #[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "rsa"))]
            _ => Err(self.wrong_usage()),
        }
    }

    pub(super) fn wrong_usage(&self) -> Rejection {
        Rejection::bad("InvalidKeyUsageException", format!("{} cannot be used like this.", self.arn))
    }
}

impl Keys {
    pub(super) fn create(&mut self, region: &str, multi_region: bool) -> String {
        let id = if multi_region { format!("mrk-{}", random_hex()) } else { uuid(&random_hex()) };
        let mut material = Zeroizing::new([0; 32]);
        rand::rng().fill_bytes(material.as_mut_slice());
        self.add(region, id, Material::Symmetric(material))
    }

    pub(super) fn replicate(&mut self, key: &str, region: &str) -> Option<String> {
        let primary = self.keys.get(key).filter(|key| key.id.starts_with("mrk-"))?;
        let (id, material) = (primary.id.clone(), primary.material.clone());
        Some(self.add(region, id, material))
    }

    pub(super) fn point_alias(&mut self, region: &str, alias: &str, key: &str) {
        self.aliases.insert(arn(region, alias), key.to_owned());
    }

    pub(super) fn set_state(&mut self, key: &str, state: State) {
        if let Some(key) = self.keys.get_mut(key) {
            key.state = state;
        }
    }

    pub(super) fn set_accessible(&mut self, key: &str, accessible: bool) {
        if let Some(key) = self.keys.get_mut(key) {
            key.accessible = accessible;
        }
    }

    pub(super) fn grant(&mut self, key: &str, principal: &str, operations: &[&str]) -> String {
        let token = random_hex();
        self.grants.push(Grant {
            token: token.clone(),
            key: key.to_owned(),
            principal: principal.to_owned(),
            operations: operations.iter().map(|&operation| operation.to_owned()).collect(),
        });
        token
    }

    /// Returns the key that an identifier refers to in `region`.
    pub(super) fn resolve(&self, region: &str, identifier: &str) -> Result<Key, Rejection> {
        let arn = if identifier.starts_with("arn:") {
            identifier.to_owned()
        } else if identifier.starts_with("alias/") {
            arn(region, identifier)
        } else {
            arn(region, &format!("key/{identifier}"))
        };
        if arn.split(':').nth(3) != Some(region) {
            return Err(Rejection::bad("NotFoundException", format!("Invalid arn {}", arn)));
        }
        let arn = self.aliases.get(&arn).unwrap_or(&arn);
        self.keys.get(arn).cloned().ok_or_else(|| Rejection::bad("NotFoundException", format!("{arn} does not exist")))
    }

    /// Returns the key with this ID in `region`, for a ciphertext that names it.
    pub(super) fn by_id(&self, region: &str, id: &str) -> Option<Key> {
        self.keys.get(&arn(region, &format!("key/{id}"))).cloned()
    }

    /// Checks that `principal` may use the key for this operation, and that the key is usable.
    pub(super) fn authorize(
        &self,
        key: &Key,
        principal: &str,
        operation: &str,
        tokens: &[String],
    ) -> Result<(), Rejection> {
        let granted = |grant: &Grant| {
            grant.key == key.arn
                && grant.principal == principal
                && grant.operations.iter().any(|granted| granted == operation)
                && tokens.contains(&grant.token)
        };
        let allowed = principal == super::OWNER || self.grants.iter().any(granted);
        if !key.accessible || !allowed {
            return Err(Rejection::bad(
                "AccessDeniedException",
                format!("{principal} may not {operation} with {}", key.arn),
            ));
        }
        match key.state {
            State::Enabled => Ok(()),
            State::Disabled => Err(Rejection::bad("DisabledException", format!("{} is disabled.", key.arn))),
            State::PendingDeletion => {
                Err(Rejection::bad("KMSInvalidStateException", format!("{} is pending deletion.", key.arn)))
            }
        }
    }

    pub(super) fn add(&mut self, region: &str, id: String, material: Material) -> String {
        let arn = arn(region, &format!("key/{id}"));
        let key = Key { id, arn: arn.clone(), material, state: State::Enabled, accessible: true };
        self.keys.insert(arn.clone(), key);
        arn
    }
}

fn arn(region: &str, resource: &str) -> String {
    format!("arn:aws:kms:{region}:{ACCOUNT}:{resource}")
}

fn random_hex() -> String {
    format!("{:032x}", rand::rng().next_u64() as u128 | (rand::rng().next_u64() as u128) << 64)
}

fn uuid(hex: &str) -> String {
    let mut text = hex.to_owned();
    for position in [20, 16, 12, 8] {
        text.insert(position, '-');
    }
    text
}
