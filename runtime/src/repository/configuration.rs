//! The same repository with a different configuration, for single requests.

use std::sync::Arc;

use crate::example::example;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::ddbec::provider::CryptographicMaterialsProvider;
use crate::format::encryptor::ItemEncryptor;
use crate::keyrings::{TakesKeyring, unless_tenant};
use crate::schema::ddbec_entity::DdbecEntity;
use crate::schema::entity::EncryptedItem;
use crate::schema::tenant::Tenancy;
use crate::table::Table;

use super::Repository;

impl<T: EncryptedItem> Repository<T> {
    /// Returns the same repository with keys from another provider. It is cheap, so it can be called for a single
    /// request, for example with the keys of the tenant on whose behalf the request is.
    ///
    #[doc = example!(employees)]
    /// let tenant_keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// employees.with_materials(tenant_keys.clone()).create(&ada).await?;
    ///
    /// assert_eq!(employees.with_materials(tenant_keys).get("e-1").await?, Some(ada));
    /// assert_eq!(employees.get("e-1").await.unwrap_err().kind(), ErrorKind::Integrity);
    #[doc = example!(end)]
    ///
    /// [Older versions](super::RepositoryBuilder::also_reads) without their own keys are also read with these keys.
    #[must_use]
    pub fn with_materials(&self, provider: impl CryptographicMaterialsProvider + 'static) -> Self
    where
        T: DdbecEntity,
    {
        self.with_encryptor(ItemEncryptor::new(provider))
    }

    /// Returns the same repository with keys from another keyring, for items of the AWS Database Encryption SDK;
    /// otherwise as [`with_materials`](Self::with_materials).
    ///
    #[doc = example!(employees)]
    /// use dynaseal::keyrings::{self, RawAesKeyring};
    ///
    /// let tenant_keys = RawAesKeyring::new("tenants", "acme", &keyrings::AesKey::generate()?)?;
    /// employees.with_keyring(tenant_keys.clone()).create(&ada).await?;
    /// assert_eq!(employees.with_keyring(tenant_keys).get("e-1").await?, Some(ada));
    #[doc = example!(end)]
    #[must_use]
    pub fn with_keyring<K>(&self, keyring: K) -> Self
    where
        K: Keyring + 'static,
        T: Tenancy,
        T::Kind: TakesKeyring<K>,
    {
        let encryptor = ItemEncryptor::with_keyring(T::Kind::bind(keyring));
        self.with_table(self.table.changed(|table| table.encryptor = encryptor))
    }

    /// Returns the same repository with another encryptor. An entity with `#[item(tenant)]` takes none: every item fails
    /// with `Usage`.
    ///
    #[doc = example!(employees)]
    /// # let keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// use dynaseal::ItemEncryptor;
    /// use dynaseal::format::Ddbec;
    ///
    /// let lenient = employees.with_encryptor(ItemEncryptor::new(Ddbec::new(keys).accept_python_numbers()));
    /// assert_eq!(lenient.get("e-1").await?, None);
    #[doc = example!(end)]
    #[must_use]
    pub fn with_encryptor(&self, encryptor: ItemEncryptor) -> Self {
        let encryptor = unless_tenant(encryptor, T::TENANT);
        self.with_table(self.table.changed(|table| table.encryptor = encryptor))
    }

    /// Returns the same repository with another table name in signatures, for items that were written [under another
    /// name](super::RepositoryBuilder::logical_table_name).
    ///
    #[doc = example!(employees)]
    /// employees.with_logical_table_name("staff").create(&ada).await?;
    ///
    /// assert_eq!(employees.with_logical_table_name("staff").get("e-1").await?, Some(ada));
    /// assert_eq!(employees.get("e-1").await.unwrap_err().kind(), ErrorKind::Integrity);
    #[doc = example!(end)]
    #[must_use]
    pub fn with_logical_table_name(&self, name: &str) -> Self {
        self.with_table(self.table.changed(|table| table.context = table.context.renamed(name)))
    }

    fn with_table(&self, table: Table) -> Self {
        Self { table: Arc::new(table), ..self.clone() }
    }
}
