//! A clinic in one table: patients, their appointments and invoices, found by patient, by doctor and by state.
//!
//! | what | partition key `PK` | sort key `SK` | `GSI1PK` | `GSI1SK` |
//! |---|---|---|---|---|
//! | patient | `PATIENT#{id}` | `PROFILE` | | |
//! | appointment | `PATIENT#{patient}` | `APPT#{day}#{id}` | `DOCTOR#{doctor}` | `{day}#{id}` |
//! | invoice | `PATIENT#{patient}` | `INVOICE#{number:08}` | `INVOICES#{state}` | `{due}#{number:08}` |
//!
//! Names, reasons and amounts are encrypted. What is part of a key is readable and signed.

mod day;
mod record;

use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::{ErrorKind, Repository, Result, Transaction};
use rust_decimal::Decimal;

pub use day::Day;
pub use record::{Appointment, FileEntry, Invoice, InvoiceLine, Patient, PaymentRefused};

/// The name of the table.
pub const TABLE: &str = "clinic";

/// What the clinic does.
pub struct Clinic {
    /// The patients.
    pub patients: Repository<Patient>,
    /// Their appointments.
    pub appointments: Repository<Appointment>,
    /// Their invoices.
    pub invoices: Repository<Invoice>,
}

impl Clinic {
    /// The clinic whose table this client reaches.
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

    /// Makes the table. The index has the same keys for all that is in it.
    ///
    /// # Errors
    /// As [`Repository::create_table`].
    pub async fn open(&self) -> Result<()> {
        match self.appointments.create_table().await {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            settled => settled,
        }
    }

    /// Everything about a patient, in one request for each megabyte.
    ///
    /// # Errors
    /// As [`Repository::query`].
    pub async fn file(&self, patient: &str) -> Result<Vec<FileEntry>> {
        self.patients.query(patient).any_of::<FileEntry>().collect().await
    }

    /// A patient's appointments from one day to another, both included.
    ///
    /// # Errors
    /// As [`Repository::query`].
    pub async fn appointments(&self, patient: &str, first: Day, last: Day) -> Result<Vec<Appointment>> {
        self.appointments.query(patient).sort_between(first, last).collect().await
    }

    /// The next appointment from this day on.
    ///
    /// # Errors
    /// As [`Repository::query`].
    pub async fn next_appointment(&self, patient: &str, today: Day) -> Result<Option<Appointment>> {
        let mut next = self.appointments.query(patient).sort_ge(today).limit(1).collect().await?;
        Ok(next.pop())
    }

    /// What a doctor does on a day.
    ///
    /// # Errors
    /// As [`Repository::query_index`].
    pub async fn schedule(&self, doctor: &str, day: Day) -> Result<Vec<Appointment>> {
        let by_doctor = Appointment::indexes().gsi1;
        self.appointments.query_index(by_doctor, doctor).sort_eq(day).collect().await
    }

    /// The invoices that should have been paid by this day, the oldest first.
    ///
    /// # Errors
    /// As [`Repository::query_index`].
    pub async fn overdue(&self, today: Day) -> Result<Vec<Invoice>> {
        self.invoices.query_index(Invoice::indexes().gsi1, "open").sort_lt(today).collect().await
    }

    /// Makes an appointment, and returns whether there is such a patient. The patient is read and verified first, and must not
    /// have changed when the appointment is stored.
    ///
    /// # Errors
    /// `ConditionFailed` if the patient changes meanwhile; and as [`Transaction`].
    pub async fn book(&self, appointment: &Appointment) -> Result<bool> {
        let Some(patient) = self.patients.fetch(appointment.patient.as_str()).await? else {
            return Ok(false);
        };
        let is_unchanged = self.patients.check_unchanged(&patient);
        Transaction::new().with(is_unchanged).with(self.appointments.create(appointment)).await?;
        Ok(true)
    }

    /// Takes a payment. An invoice that is paid leaves the index of open ones.
    ///
    /// # Errors
    /// [`PaymentRefused::TooMuch`] for more than is due; as [`Repository::try_update_with`] otherwise.
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
