//! Which versions of a material a store has, and which of them may be used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::materials::provider_store::{ProviderStore, VersionProvider, material_id};

/// The first version of a material.
const FIRST: u64 = 0;

/// A version of a material.
#[derive(Clone)]
pub(super) struct Version {
    pub(super) number: u64,
    /// `name#version`.
    pub(super) id: Arc<str>,
}

impl Version {
    pub(super) fn new(material_name: &str, number: u64) -> Self {
        Self { number, id: material_id(material_name, number).into() }
    }
}

/// The versions of a store that one provider may use.
#[derive(Clone)]
pub(super) struct Versions {
    pub(super) store: Arc<dyn ProviderStore>,
    pub(super) oldest: u64,
    pub(super) may_create: bool,
    /// The highest version of each material that the store has shown so far. It only grows, and `refresh` keeps it.
    highest: Arc<Mutex<HashMap<Box<str>, u64>>>,
}

impl Versions {
    pub(super) fn new(store: impl ProviderStore + 'static) -> Self {
        Self { store: Arc::new(store), oldest: 0, may_create: true, highest: Arc::default() }
    }

    /// Returns the newest version, or `None` if there never was one.
    pub(super) async fn newest(&self, name: &str) -> Result<Option<Version>> {
        let found = self.store.newest_version(name).await?;
        let highest = self.highest().get(name).copied();
        if found < highest {
            return Err(rolled_back(name, found, highest.unwrap_or(FIRST)));
        }
        let Some(number) = found else { return Ok(None) };
        self.check(name, number)?;
        self.note(name, number);
        Ok(Some(Version::new(name, number)))
    }

    /// Returns the newest version, or creates the first one and returns it with its keys.
    pub(super) async fn newest_or_first(&self, name: &str) -> Result<(Version, Option<VersionProvider>)> {
        if let Some(version) = self.newest(name).await? {
            return Ok((version, None));
        }
        if !self.may_create {
            return Err(Error::new(
                ErrorKind::Materials,
                format!(
                    "the store has no version of material {name:?}, and this provider never creates one; call `rotate`"
                ),
            ));
        }
        self.check(name, FIRST)?;
        let provider = self.store.provider_or_create(name, FIRST).await?;
        self.note(name, FIRST);
        Ok((Version::new(name, FIRST), Some(provider)))
    }

    /// Returns the keys of a version.
    pub(super) async fn provider(&self, name: &str, number: u64) -> Result<VersionProvider> {
        let provider = self.store.provider(name, number).await?;
        self.note(name, number);
        Ok(provider)
    }

    /// Creates a version.
    pub(super) async fn rotate(&self, name: &str) -> Result<(Version, VersionProvider)> {
        let (number, provider) = self.store.rotate(name).await?;
        let highest = self.highest().get(name).copied();
        if Some(number) < highest {
            return Err(rolled_back(name, Some(number), highest.unwrap_or(FIRST)));
        }
        self.note(name, number);
        Ok((Version::new(name, number), provider))
    }

    /// Rejects excluded versions.
    pub(super) fn check(&self, name: &str, version: u64) -> Result<()> {
        if version >= self.oldest {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Materials,
            format!("version {version} of material {name:?} is older than {}, the oldest accepted", self.oldest),
        ))
    }

    fn note(&self, name: &str, version: u64) {
        let mut highest = self.highest();
        match highest.get_mut(name) {
            Some(known) => *known = version.max(*known),
            None => drop(highest.insert(name.into(), version)),
        }
    }

    fn highest(&self) -> MutexGuard<'_, HashMap<Box<str>, u64>> {
        self.highest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rolled_back(name: &str, found: Option<u64>, highest: u64) -> Error {
    let found = found.map_or_else(|| "none".to_owned(), |version| format!("version {version}"));
    Error::new(
        ErrorKind::Materials,
        format!(
            "the newest version of material {name:?} was {highest} before, and now the store has {found}: versions were \
             deleted or are hidden; restore them, nothing is encrypted with an older version"
        ),
    )
}
