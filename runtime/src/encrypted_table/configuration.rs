//! The same table with a different configuration, for single requests.

use std::sync::Arc;

use crate::error::Result;
use crate::example::example;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::ddbec::provider::CryptographicMaterialsProvider;
use crate::format::encryptor::ItemEncryptor;
use crate::schema::action::AttributeActions;
use crate::table::Table;

use super::EncryptedTable;

impl EncryptedTable {
    /// Returns the same table with keys from another provider. It is cheap, so it can be called for a single request,
    /// for example with the keys of the tenant on whose behalf the request is.
    ///
    #[doc = example!(table)]
    /// let tenant_keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// employees.with_materials(tenant_keys.clone()).create(&ada).await?;
    ///
    /// assert_eq!(employees.with_materials(tenant_keys).get(key.clone()).await?, Some(ada));
    /// assert_eq!(employees.get(key).await.unwrap_err().kind(), ErrorKind::Integrity);
    #[doc = example!(end)]
    ///
    /// [Older versions](crate::repository::RepositoryBuilder::also_reads) without their own keys are also read with
    /// these keys.
    #[must_use]
    pub fn with_materials(&self, provider: impl CryptographicMaterialsProvider + 'static) -> Self {
        self.with_encryptor(ItemEncryptor::new(provider))
    }

    /// Returns the same table with keys from another keyring, for items of the AWS Database Encryption SDK; otherwise
    /// as [`with_materials`](Self::with_materials).
    ///
    #[doc = example!(table)]
    /// use dynaseal::keyrings::{self, RawAesKeyring};
    ///
    /// let tenant_keys = RawAesKeyring::new("tenants", "acme", &keyrings::AesKey::generate()?)?;
    /// employees.with_keyring(tenant_keys.clone()).create(&ada).await?;
    /// assert_eq!(employees.with_keyring(tenant_keys).get(key).await?, Some(ada));
    #[doc = example!(end)]
    #[must_use]
    pub fn with_keyring(&self, keyring: impl Keyring + 'static) -> Self {
        self.with_encryptor(ItemEncryptor::with_keyring(keyring))
    }

    /// Returns the same table with another encryptor.
    ///
    #[doc = example!(table)]
    /// # let keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// use dynaseal::ItemEncryptor;
    /// use dynaseal::format::Ddbec;
    ///
    /// let lenient = employees.with_encryptor(ItemEncryptor::new(Ddbec::new(keys).accept_python_numbers()));
    /// assert_eq!(lenient.get(key).await?, None);
    #[doc = example!(end)]
    #[must_use]
    pub fn with_encryptor(&self, encryptor: ItemEncryptor) -> Self {
        self.with_table(self.table.changed(|table| table.encryptor = encryptor))
    }

    /// Returns the same table with another table name in signatures, for items that were written [under another
    /// name](crate::repository::RepositoryBuilder::logical_table_name).
    ///
    #[doc = example!(table)]
    /// employees.with_logical_table_name("staff").create(&ada).await?;
    /// assert_eq!(employees.with_logical_table_name("staff").get(key).await?, Some(ada));
    #[doc = example!(end)]
    #[must_use]
    pub fn with_logical_table_name(&self, name: &str) -> Self {
        self.with_table(self.table.changed(|table| table.context = table.context.renamed(name)))
    }

    /// Returns the same table with other actions, for items of another kind.
    ///
    #[doc = example!(table)]
    /// let badges = AttributeActions::new(DoNothing).with("department", SignOnly).with("photo", EncryptAndSign);
    /// employees.with_actions(badges.clone())?.put(&ada).await?;
    ///
    /// assert_eq!(employees.with_actions(badges)?.get(key.clone()).await?, Some(ada));
    /// assert_eq!(employees.get(key).await.unwrap_err().kind(), ErrorKind::Integrity);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`connect`](crate::repository::RepositoryBuilder::connect), for the keys and indexes that the table had
    /// when it was connected to.
    pub fn with_actions(&self, actions: AttributeActions) -> Result<Self> {
        let beacons = self.table.beacons.with_actions(&actions, &self.table.encryptor);
        let actions = self.description.check(actions, &self.table.encryptor, &beacons)?;
        Ok(self.with_table(self.table.changed(|table| {
            table.actions = actions;
            table.beacons = beacons;
        })))
    }

    fn with_table(&self, table: Table) -> Self {
        Self { table: Arc::new(table), ..self.clone() }
    }
}
