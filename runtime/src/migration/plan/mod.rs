//! The plan of a migration: what each service has to be deployed with, step by step.

mod clients;
mod warnings;

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::format::FormatKind;
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::table::schema_version::SchemaVersion;

/// Plans the four deployments that bring a table from one version to another while services keep reading and writing it.
///
/// Both versions need [`materials`](SchemaVersion::materials), a [`keyring`](SchemaVersion::keyring) or an
/// [`encryptor`](SchemaVersion::encryptor), which tell their format; the keys are not used. Printed, the plan tells
/// for every step what Rust services, Java services with AWS's clients of both generations, and Python services have to
/// be deployed with, how the step is undone, and what can only be done after the last step.
///
/// ```
/// use dynaseal::keyrings::{AesKey, RawAesKeyring};
/// use dynaseal::materials::{HmacKey, WrappedProvider};
/// use dynaseal::{EncryptedItem, SchemaVersion, migration};
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
/// }
///
/// let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// let keyring = RawAesKeyring::new("staff", "2027", &AesKey::generate()?)?;
/// let old = SchemaVersion::of::<Employee>("until 2026").materials(provider);
/// let new = SchemaVersion::of::<Employee>("2027").keyring(keyring);
///
/// let plan = migration::plan(&old, &new)?;
/// assert!(plan.deployments[1].new_java.contains("FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
/// println!("{plan}");
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// # Errors
/// `Usage` if a version does not tell its format.
#[inline]
pub fn plan(old: &SchemaVersion, new: &SchemaVersion) -> Result<Plan> {
    let (old, new) = (Settings::of(old)?, Settings::of(new)?);
    Ok(Plan {
        settings: [old.describe(), new.describe()],
        warnings: warnings::warnings(&old, &new),
        deployments: clients::deployments(&old, &new),
        afterwards: afterwards(&old, &new),
    })
}

/// What cannot be introduced while two forms are read.
#[inline]
fn afterwards(old: &Settings<'_>, new: &Settings<'_>) -> Vec<String> {
    let beacons = (!keeps_beacons(old, new)).then_some(BEACONS);
    [CONTEXT, TENANTS].into_iter().chain(beacons).chain([FURTHER]).map(str::to_owned).collect()
}

/// Returns whether the older format is opted into beacons, so that the move keeps them.
#[inline]
fn keeps_beacons(old: &Settings<'_>, new: &Settings<'_>) -> bool {
    let is_opted_in = |settings: &Settings<'_>| settings.format == FormatKind::Ddbec && settings.has_beacons;
    old.has_beacons && new.has_beacons && (is_opted_in(old) || is_opted_in(new))
}

const CONTEXT: &str = "attributes in the encryption context (`#[sign_and_include_in_encryption_context]`): the older format does not have \
     them, and Java's legacy override rejects them";

const TENANTS: &str =
    "tenants (`#[item(tenant)]`, a hierarchical keyring with a branch key for each): every reader must know the tenant";

const BEACONS: &str = "beacons: an item of the older form has none, so that a search would miss it. `reencrypt` of a program with beacons writes \
     those of the items that it moves; for the others run `rebuild_beacons`, and `check_beacons` counts them. To search items of the \
     DynamoDB Encryption Client before step 1, set `Ddbec::unsigned_beacons` in every program and run `rebuild_beacons`: these \
     beacons and their indexes survive the move";

const FURTHER: &str = "further changes of actions, keys or names: each is a plan of its own";

/// The plan of a migration in four deployments, each of which can be undone; created by [`plan`](plan()).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The settings of the old and of the new version, as they have to be named to other clients.
    pub settings: [String; 2],
    /// What has to be changed in the settings, or known about them, before the first step.
    pub warnings: Vec<String>,
    /// The four steps, in order.
    pub deployments: [Deployment; 4],
    /// What must wait until the last step is done everywhere.
    pub afterwards: Vec<String>,
}

/// One step of a [`Plan`]: all services are deployed with it before the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deployment {
    /// What the step is for.
    pub purpose: &'static str,
    /// For services with this crate.
    pub rust: String,
    /// For services with AWS's current Java client, `aws-database-encryption-sdk-dynamodb` 3.x.
    pub new_java: String,
    /// For services with AWS's former Java client, `aws-dynamodb-encryption-java`.
    pub old_java: String,
    /// For services with AWS's Python client, `dynamodb-encryption-sdk`.
    pub python: String,
    /// How to go back to the step before.
    pub undo: String,
}

impl fmt::Display for Plan {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new] = &self.settings;
        writeln!(f, "From {old}\nto   {new}")?;
        for warning in &self.warnings {
            writeln!(f, "\nNote: {warning}.")?;
        }
        for (number, deployment) in (1..).zip(&self.deployments) {
            writeln!(f, "\nStep {number}: {}", deployment.purpose)?;
            let Deployment { rust, new_java, old_java, python, undo, .. } = deployment;
            let lines =
                [("Rust", rust), ("Java 3.x", new_java), ("older Java", old_java), ("Python", python), ("undo", undo)];
            for (client, text) in lines {
                writeln!(f, "  {client:<10}  {text}")?;
            }
        }
        writeln!(f, "\nOnly after step 4:")?;
        self.afterwards.iter().try_for_each(|what| writeln!(f, "  - {what}"))
    }
}

/// The settings of one version.
struct Settings<'a> {
    name: &'a str,
    format: FormatKind,
    actions: &'a AttributeActions,
    table_name: Option<&'a str>,
    has_beacons: bool,
}

impl<'a> Settings<'a> {
    #[inline]
    fn of(version: &'a SchemaVersion) -> Result<Self> {
        let format = version.format().ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "the version {:?} does not tell its format; give it `materials` or a `keyring`",
                    version.name()
                ),
            )
        })?;
        let (actions, table_name) = (version.actions(), version.table_name());
        Ok(Self { name: version.name(), format, actions, table_name, has_beacons: version.has_beacons() })
    }

    /// Returns the setters of a builder or of a `SchemaVersion`.
    #[inline]
    fn keys(&self) -> String {
        let setter = match self.format {
            FormatKind::Ddbec => "materials",
            FormatKind::Dbesdk => "keyring",
        };
        format!("`.{setter}(keys of {:?})`", self.name)
    }

    #[inline]
    fn describe(&self) -> String {
        let mut declared: Vec<_> = self.actions.declared().collect();
        declared.sort_unstable_by_key(|(name, _)| *name);
        let declared = declared.into_iter().map(|(name, action)| format!("{name}: {}", of_java(action)));
        let others = format!("all others: {}", of_java(self.actions.default_action()));
        let prefix = self.actions.prefix().map(|prefix| format!("{prefix}*: {}", of_java(AttributeAction::DoNothing)));
        let actions = declared.chain(prefix).chain([others]).collect::<Vec<_>>().join(", ");
        let table = self.table_name.map_or_else(String::new, |name| format!(", logical table name {name:?}"));
        format!("{:?}: {}{table}; {actions}", self.name, self.format)
    }
}

/// The names of actions in AWS's clients.
#[inline]
fn of_java(action: AttributeAction) -> &'static str {
    match action {
        AttributeAction::EncryptAndSign => "ENCRYPT_AND_SIGN",
        AttributeAction::SignOnly => "SIGN_ONLY",
        AttributeAction::SignAndIncludeInEncryptionContext => "SIGN_AND_INCLUDE_IN_ENCRYPTION_CONTEXT",
        AttributeAction::DoNothing => "DO_NOTHING",
    }
}

#[cfg(test)]
mod tests;
