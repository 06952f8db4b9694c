//! A clinic in one table: patients, their appointments and invoices, found by patient, by doctor and by state.
//!
//! | what | partition key `PK` | sort key `SK` | `GSI1PK` | `GSI1SK` |
//! |---|---|---|---|---|
//! | patient | `PATIENT#{id}` | `PROFILE` | | |
//! | appointment | `PATIENT#{patient}` | `APPT#{day}#{id}` | `DOCTOR#{doctor}` | `{day}#{id}` |
//! | invoice | `PATIENT#{patient}` | `INVOICE#{number:08}` | `INVOICES#{state}` | `{due}#{number:08}` |
//!
//! Names, reasons and amounts are encrypted. Fields that are part of a key are signed and not encrypted.

mod day;
mod record;

use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::{ErrorKind, Repository, Result, Transaction};
use rust_decimal::Decimal;

pub use day::Day;
pub use record::{Appointment, FileEntry, Invoice, InvoiceLine, Patient, PaymentRefused};

/// The name of the table.
pub const TABLE: &str = "clinic";

/// The operations of the clinic.
pub struct Clinic {
    /// The patients.
    pub patients: Repository<Patient>,
    /// Their appointments.
    pub appointments: Repository<Appointment>,
    /// Their invoices.
    pub invoices: Repository<Invoice>,
}

impl Clinic {
    /// Creates the clinic on the table that this client reaches.
    pub fn new(
        client: aws_sdk_dynamodb::Client,
        provider: impl CryptographicMaterialsProvider + Clone + 'static,
    ) -> Self {
        Self {
            patients: Repository::builder(client.clone()).table(TABLE).materials(provider.clone()).build(),
            appointments: Repository::builder(client.clone()).table(TABLE).materials(provider.clone()).build(),
            invoices: Repository::builder(client).table(TABLE).materials(provider).build(),
        }
    }

    /// Creates the table. The index has the same keys for all entities.
    ///
    /// # Errors
    /// Fails like [`Repository::create_table`].
    pub async fn open(&self) -> Result<()> {
        match self.appointments.create_table().await {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            settled => settled,
        }
    }

    /// Returns everything about a patient, in one request for each megabyte.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn file(&self, patient: &str) -> Result<Vec<FileEntry>> {
        self.patients.query(patient).any_of::<FileEntry>().collect().await
    }

    /// Returns the appointments of a patient between two days, both included.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn appointments(&self, patient: &str, first: Day, last: Day) -> Result<Vec<Appointment>> {
        self.appointments.query(patient).sort_between(first, last).collect().await
    }

    /// Returns the next appointment on or after this day.
    ///
    /// # Errors
    /// Fails like [`Repository::query`].
    pub async fn next_appointment(&self, patient: &str, today: Day) -> Result<Option<Appointment>> {
        let mut next = self.appointments.query(patient).sort_ge(today).limit(1).collect().await?;
        Ok(next.pop())
    }

    /// Returns the appointments of a doctor on a day.
    ///
    /// # Errors
    /// Fails like [`Repository::query_index`].
    pub async fn schedule(&self, doctor: &str, day: Day) -> Result<Vec<Appointment>> {
        let by_doctor = Appointment::indexes().gsi1;
        self.appointments.query_index(by_doctor, doctor).sort_eq(day).collect().await
    }

    /// Returns the unpaid invoices that were due by this day, the oldest first.
    ///
    /// # Errors
    /// Fails like [`Repository::query_index`].
    pub async fn overdue(&self, today: Day) -> Result<Vec<Invoice>> {
        self.invoices.query_index(Invoice::indexes().gsi1, "open").sort_lt(today).collect().await
    }

    /// Books an appointment, and returns whether the patient exists. The patient is read and verified first, and must
    /// not have changed when the appointment is stored.
    ///
    /// # Errors
    /// Fails with `ConditionFailed` if the patient changes meanwhile, and like [`Transaction`].
    pub async fn book(&self, appointment: &Appointment) -> Result<bool> {
        let Some(patient) = self.patients.fetch(appointment.patient.as_str()).await? else {
            return Ok(false);
        };
        let is_unchanged = self.patients.check_unchanged(&patient);
        Transaction::new().with(is_unchanged).with(self.appointments.create(appointment)).await?;
        Ok(true)
    }

    /// Records a payment. A paid invoice leaves the index of open ones.
    ///
    /// # Errors
    /// Fails with [`PaymentRefused::TooMuch`] for more than is due, and like [`Repository::try_update_with`].
    pub async fn pay(
        &self,
        patient: &str,
        number: u32,
        amount: Decimal,
    ) -> std::result::Result<Invoice, PaymentRefused> {
        let paid = self.invoices.try_update_with((patient, number), move |invoice: &mut Invoice| invoice.pay(amount));
        paid.await.map(|invoice| invoice.into_inner())
    }
}
