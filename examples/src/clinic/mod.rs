#![doc = include_str!("README.md")]

mod day;
mod record;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::keyrings::{BeaconKeys, HierarchicalKeyring, KeyStore};
use dynaseal::{EncryptedItem, Repository, Result, Tenancy, Transaction, WithTenant};
use rust_decimal::Decimal;

pub use day::Day;
pub use record::{Appointment, FileEntry, Invoice, InvoiceLine, Patient, PaymentRejected};

/// The name of the table.
pub const TABLE: &str = "clinics";

/// The time for which the keys of a clinic are cached.
const TTL: Duration = Duration::from_secs(10 * 60);

/// The operations of the clinics. Each of them names its clinic.
pub struct Clinics {
    /// The patients.
    pub patients: Repository<Patient>,
    /// Their appointments.
    pub appointments: Repository<Appointment>,
    /// Their invoices.
    pub invoices: Repository<Invoice>,
}

impl Clinics {
    /// Creates the clinics on the table that this client reaches, with the branch keys of this key store.
    ///
    /// # Errors
    /// Fails like [`HierarchicalKeyring::new`].
    pub fn new(client: Client, key_store: KeyStore) -> Result<Self> {
        let keyring = HierarchicalKeyring::new(key_store.clone(), TTL)?;
        Ok(Self {
            patients: Repository::builder(client.clone())
                .table(TABLE)
                .keyring(keyring.clone())
                .beacons(BeaconKeys::per_tenant(key_store).ttl(TTL))
                .build(),
            appointments: without_beacons(client.clone(), keyring.clone()),
            invoices: without_beacons(client, keyring),
        })
    }

    /// Creates the table with the indexes of all entities, unless it exists.
    ///
    /// # Errors
    /// Fails like [`Repository::create_table`].
    pub async fn open(&self) -> Result<()> {
        self.patients.create_table().entities::<FileEntry>().if_missing().await
    }

    /// Returns everything about a patient, in one request for each megabyte.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn file(&self, clinic: &str, patient: &str) -> Result<Vec<FileEntry>> {
        self.patients.query((clinic, patient)).any_of::<FileEntry>().collect().await
    }

    /// Returns the patients with a phone number. DynamoDB compares hashes of 14 bits: in a clinic of 100,000 patients, a query
    /// reads six others, which are decrypted and discarded.
    ///
    /// # Errors
    /// Fails like [`Repository::query_index`].
    pub async fn with_phone(&self, clinic: &str, phone: &str) -> Result<Vec<Patient>> {
        self.patients.query_index(Patient::indexes().gsi2, clinic).sort_eq(phone).collect().await
    }

    /// Returns the appointments of a patient between two days, both included.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn appointments(&self, clinic: &str, patient: &str, first: Day, last: Day) -> Result<Vec<Appointment>> {
        self.appointments.query((clinic, patient)).sort_between(first, last).collect().await
    }

    /// Returns the next appointment on or after this day.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn next_appointment(&self, clinic: &str, patient: &str, today: Day) -> Result<Option<Appointment>> {
        let mut next = self.appointments.query((clinic, patient)).sort_ge(today).limit(1).collect().await?;
        Ok(next.pop())
    }

    /// Returns the appointments of a doctor on a day.
    ///
    /// # Errors
    /// Fails like [`Repository::query_index`].
    pub async fn schedule(&self, clinic: &str, doctor: &str, day: Day) -> Result<Vec<Appointment>> {
        let by_doctor = Appointment::indexes().gsi1;
        self.appointments.query_index(by_doctor, (clinic, doctor)).sort_eq(day).collect().await
    }

    /// Returns the unpaid invoices that were due by this day, the oldest first.
    ///
    /// # Errors
    /// Fails like [`Repository::query_index`].
    pub async fn overdue(&self, clinic: &str, today: Day) -> Result<Vec<Invoice>> {
        let by_state = Invoice::indexes().gsi1;
        self.invoices.query_index(by_state, (clinic, "open")).sort_lt(today).collect().await
    }

    /// Books an appointment, and returns whether the patient exists. The patient is read and verified first, and must
    /// not have changed when the appointment is stored.
    ///
    /// # Errors
    /// Fails with `ConditionFailed` if the patient changes meanwhile, and like [`Transaction`].
    pub async fn book(&self, appointment: &Appointment) -> Result<bool> {
        let key = (appointment.clinic.as_str(), appointment.patient.as_str());
        let Some(patient) = self.patients.fetch(key).await? else {
            return Ok(false);
        };
        let is_unchanged = self.patients.check_unchanged(&patient);
        Transaction::new().with(is_unchanged).with(self.appointments.create(appointment)).await?;
        Ok(true)
    }

    /// Records a payment. A paid invoice leaves the index of open ones.
    ///
    /// # Errors
    /// Fails with [`PaymentRejected::TooMuch`] for more than is due, and like [`Repository::try_update_with`].
    pub async fn pay(
        &self,
        clinic: &str,
        patient: &str,
        number: u32,
        amount: Decimal,
    ) -> std::result::Result<Invoice, PaymentRejected> {
        let key = (clinic, patient, number);
        let paid = self.invoices.try_update_with(key, move |invoice: &mut Invoice| invoice.pay(amount));
        paid.await.map(|invoice| invoice.into_inner())
    }
}

fn without_beacons<T>(client: Client, keyring: HierarchicalKeyring) -> Repository<T>
where
    T: EncryptedItem + Tenancy<Kind = WithTenant<T>>,
{
    Repository::builder(client).table(TABLE).keyring(keyring).build()
}
