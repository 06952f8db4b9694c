//! The beacons of an item, without a table.

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::request::StoredItems;

/// Returns the attributes that a repository or an encrypted table stores beside an item so that it can be searched, given its plaintext,
/// to which signed beacons are added: for tests that compare them with those of another client. Nothing is sent, except to a key store.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// # use dynaseal::embedded::Database;
/// use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
/// use dynaseal::testing::beacons_of;
/// use dynaseal::{EncryptedItem, Repository};
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[item(beacon(bits = 24))]
///     email: String,
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = Database::in_memory()?.client();
/// let employees = Repository::<Employee>::builder(client)
///     .table("employees")
///     .keyring(RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?)
///     .beacons(BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32])?))
///     .build();
/// let ada = Employee { employee_id: "e-1".to_owned(), email: "ada@example.com".to_owned() };
/// let beacons = beacons_of(&employees, &mut ada.to_item()?).await?;
/// assert_eq!(beacons["aws_dbe_b_email"].as_s().unwrap().len(), 6); // 24 bits in hexadecimal digits
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
///
/// # Errors
/// `Usage` if the items have no beacons, or there are no keys for them; `Codec` for a value that does not support beacons; and the errors of
/// the key store.
pub async fn beacons_of<S: StoredItems>(items: &S, item: &mut Item) -> Result<Item> {
    let table = items.parts().table;
    let beacons = table.beacons.ready()?.ok_or_else(|| Error::new(ErrorKind::Usage, "the items have no beacons"))?;
    Ok(beacons.compute(item, &table.key).await?.into_iter().collect())
}
