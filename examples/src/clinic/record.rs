//! What the table holds.

use dynaseal::{EncryptedItem, Error, Number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Day;

/// A patient.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "patient")]
#[item(partition_key(name = "PK", template = "PATIENT#{id}"), sort_key(name = "SK", template = "PROFILE"))]
pub struct Patient {
    /// The patient's number.
    #[sign_only]
    pub id: String,
    /// Encrypted.
    pub name: String,
    /// Encrypted.
    pub born: Day,
    /// Encrypted.
    pub allergies: Vec<String>,
    /// Counts the writes, so that none is lost.
    #[sign_only]
    #[item(version)]
    pub version: u64,
}

/// An appointment of a patient with a doctor.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "appointment")]
#[item(partition_key(name = "PK", template = "PATIENT#{patient}"), sort_key(name = "SK", template = "APPT#{day}#{id}"))]
#[item(index(
    name = "GSI1",
    partition(name = "GSI1PK", template = "DOCTOR#{doctor}"),
    sort(name = "GSI1SK", template = "{day}#{id}")
))]
pub struct Appointment {
    /// The patient's number.
    #[sign_only]
    pub patient: String,
    /// When it is.
    #[sign_only]
    pub day: Day,
    /// Tells the appointments of a day apart.
    #[sign_only]
    pub id: String,
    /// Whom it is with.
    #[sign_only]
    pub doctor: String,
    /// Encrypted.
    pub reason: String,
}

/// An invoice for a patient.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "invoice")]
#[item(partition_key(name = "PK", template = "PATIENT#{patient}"))]
#[item(sort_key(name = "SK", template = "INVOICE#{number:08}"))]
#[item(index(
    name = "GSI1",
    partition(name = "GSI1PK", template = "INVOICES#{state}"),
    sort(name = "GSI1SK", template = "{due}#{number:08}")
))]
pub struct Invoice {
    /// The patient's number.
    #[sign_only]
    pub patient: String,
    /// The number of the invoice.
    #[sign_only]
    pub number: u32,
    /// `open`, or nothing once it is paid: then it is not in the index.
    #[sign_only]
    pub state: Option<String>,
    /// When it has to be paid.
    #[sign_only]
    pub due: Day,
    /// Encrypted. The prices in it are exact.
    pub lines: Vec<InvoiceLine>,
    /// Encrypted, and a number to those who can decrypt it.
    #[item(number)]
    pub unpaid: Decimal,
    /// Counts the writes, so that no payment is lost.
    #[sign_only]
    #[item(version)]
    pub version: u64,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// What it was.
    pub text: String,
    /// What it costs.
    pub price: Number,
}

dynaseal::entities! {
    /// Everything that the table holds about a patient.
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
    /// Takes a payment.
    ///
    /// # Errors
    /// [`PaymentRefused::TooMuch`] for more than is due.
    pub fn pay(&mut self, amount: Decimal) -> Result<(), PaymentRefused> {
        if amount > self.unpaid {
            return Err(PaymentRefused::TooMuch);
        }
        self.unpaid -= amount;
        if self.unpaid.is_zero() {
            self.state = None;
        }
        Ok(())
    }
}

/// Why a payment was not taken.
#[derive(Debug)]
pub enum PaymentRefused {
    /// It is more than is due.
    TooMuch,
    /// The invoice could not be read or written.
    Store(Error),
}

impl From<Error> for PaymentRefused {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}
