//! The entities of the table.

use dynaseal::{EncryptedItem, Error, Number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Day;

/// A patient.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "patient")]
#[item(
    partition_key(name = "PK", template = "CLINIC#{clinic}#PATIENT#{id}"),
    sort_key(name = "SK", template = "PROFILE"),
    index(name = "GSI2", partition = clinic, sort = phone)
)]
pub struct Patient {
    /// The clinic, which is the tenant: its branch key encrypts the item.
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    pub clinic: String,
    /// The patient number.
    #[sign_only]
    pub id: String,
    /// Encrypted.
    pub name: String,
    /// Encrypted, and searchable by a hash of 14 bits. A beacon of the name would reveal which names are frequent.
    #[item(beacon(bits = 14))]
    pub phone: Option<String>,
    /// Encrypted.
    pub born: Day,
    /// Encrypted.
    pub allergies: Vec<String>,
    /// Incremented by every write, so that none is lost.
    #[sign_only]
    #[item(version)]
    pub version: u64,
}

/// An appointment of a patient with a doctor.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "appointment")]
#[item(
    partition_key(name = "PK", template = "CLINIC#{clinic}#PATIENT#{patient}"),
    sort_key(name = "SK", template = "APPT#{day}#{id}")
)]
#[item(index(
    name = "GSI1",
    partition(name = "GSI1PK", template = "CLINIC#{clinic}#DOCTOR#{doctor}"),
    sort(name = "GSI1SK", template = "{day}#{id}")
))]
pub struct Appointment {
    /// The clinic.
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    pub clinic: String,
    /// The patient number.
    #[sign_only]
    pub patient: String,
    /// The day of the appointment.
    #[sign_only]
    pub day: Day,
    /// Distinguishes the appointments of a day.
    #[sign_only]
    pub id: String,
    /// The doctor.
    #[sign_only]
    pub doctor: String,
    /// Encrypted.
    pub reason: String,
}

/// An invoice for a patient.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "invoice")]
#[item(partition_key(name = "PK", template = "CLINIC#{clinic}#PATIENT#{patient}"))]
#[item(sort_key(name = "SK", template = "INVOICE#{number:08}"))]
#[item(index(
    name = "GSI1",
    partition(name = "GSI1PK", template = "CLINIC#{clinic}#INVOICES#{state}"),
    sort(name = "GSI1SK", template = "{due}#{number:08}")
))]
pub struct Invoice {
    /// The clinic.
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    pub clinic: String,
    /// The patient number.
    #[sign_only]
    pub patient: String,
    /// The number of the invoice.
    #[sign_only]
    pub number: u32,
    /// `open`, or `None` after payment, which removes the invoice from the index.
    #[sign_only]
    pub state: Option<String>,
    /// The due date.
    #[sign_only]
    pub due: Day,
    /// Encrypted, with exact prices.
    pub lines: Vec<InvoiceLine>,
    /// Encrypted, as a number.
    #[item(number)]
    pub unpaid: Decimal,
    /// Incremented by every write, so that no payment is lost.
    #[sign_only]
    #[item(version)]
    pub version: u64,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// The service.
    pub text: String,
    /// The price.
    pub price: Number,
}

dynaseal::entities! {
    /// Everything in the table about a patient.
    #[derive(Clone, Debug, PartialEq)]
    pub enum FileEntry {
        /// The patient.
        Patient(Patient),
        /// An appointment.
        Appointment(Appointment),
        /// An invoice.
        Invoice(Invoice),
    }
}

impl Invoice {
    /// Records a payment.
    ///
    /// # Errors
    /// Fails with [`PaymentRejected::TooMuch`] for more than is due.
    pub fn pay(&mut self, amount: Decimal) -> Result<(), PaymentRejected> {
        if amount > self.unpaid {
            return Err(PaymentRejected::TooMuch);
        }
        self.unpaid -= amount;
        if self.unpaid.is_zero() {
            self.state = None;
        }
        Ok(())
    }
}

/// The reason why a payment was rejected.
#[derive(Debug)]
pub enum PaymentRejected {
    /// The amount exceeds the amount due.
    TooMuch,
    /// The invoice could not be read or written.
    Store(Error),
}

impl From<Error> for PaymentRejected {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}
