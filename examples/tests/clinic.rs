//! The number of requests of the clinic's queries, with many other items in the same table and partition.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{KeyStore, NewBranchKey};
use dynaseal::testing::Faults;
use dynaseal::{AttributeValue, ErrorKind, Item, danger};
use dynaseal_examples::clinic::{
    Appointment, Clinics, Day, FileEntry, Invoice, InvoiceLine, Patient, PaymentRejected, TABLE,
};
use dynaseal_examples::key_store::on_trial;
use rust_decimal::Decimal;

const README: &str = include_str!("../src/clinic/README.md");

/// The clinic that is asked; there is another one beside it.
const CLINIC: &str = "riverside";

/// The clinics behind a transport that counts requests.
struct Counted {
    clinics: Clinics,
    requests: Faults,
    client: Client,
    key_store: KeyStore,
}

impl Counted {
    async fn new() -> Self {
        let database = Database::in_memory().unwrap();
        let key_store = on_trial(&database, "branch-keys").unwrap();
        key_store.create_table().await.unwrap();
        for clinic in [CLINIC, "hillside"] {
            key_store.create_branch_key(NewBranchKey::with_id(clinic).context("purpose", "tests")).await.unwrap();
        }
        let (client, requests) = (database.client(), Faults::script([]));
        let clinics = Clinics::new(requests.beneath(&client).unwrap(), key_store.clone()).unwrap();
        clinics.open().await.unwrap();
        Self { clinics, requests, client, key_store }
    }

    /// Returns the result, and the number of requests.
    async fn cost<T>(&self, call: impl IntoFuture<Output = T>) -> (T, usize) {
        let before = self.requests.injected().len();
        let returned = call.await;
        (returned, self.requests.injected().len() - before)
    }

    /// The same for a question in the README, where the number is the same.
    async fn question<T>(
        &self,
        question: &str,
        expected: usize,
        call: impl IntoFuture<Output = dynaseal::Result<T>>,
    ) -> T {
        let (returned, requests) = self.cost(call).await;
        assert_eq!(requests, expected, "{question}");
        assert!(README.contains(&format!("| {question} | {expected}")), "{question} is not in the README");
        returned.unwrap()
    }

    /// Writes 8 MB of X-rays of another program into the partition of the patient, before and after the other items.
    async fn put_x_rays(&self, patient: &str) {
        for number in 0..24 {
            let sort_key = if number % 2 == 0 { format!("AAA#{number}") } else { format!("XRAY#{number}") };
            let item = Item::from([
                ("PK".to_owned(), AttributeValue::S(format!("CLINIC#{CLINIC}#PATIENT#{patient}"))),
                ("SK".to_owned(), AttributeValue::S(sort_key)),
                ("image".to_owned(), AttributeValue::B(Blob::new(vec![7; 350_000]))),
            ]);
            self.client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
        }
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn patient(id: &str) -> Patient {
    Patient {
        clinic: CLINIC.to_owned(),
        id: id.to_owned(),
        name: format!("name of {id}"),
        phone: Some(format!("+1 555 {id}")),
        born: day("1815-12-10"),
        allergies: vec!["penicillin".to_owned()],
        version: 0,
    }
}

fn appointment(patient: &str, on: &str, id: &str) -> Appointment {
    let text = str::to_owned;
    let (doctor, reason) = (text("dr-who"), text("a check of the heart"));
    Appointment { clinic: text(CLINIC), patient: text(patient), day: day(on), id: text(id), doctor, reason }
}

fn invoice(patient: &str, number: u32, due: &str) -> Invoice {
    Invoice {
        clinic: CLINIC.to_owned(),
        patient: patient.to_owned(),
        number,
        state: Some("open".to_owned()),
        due: day(due),
        lines: vec![InvoiceLine { text: "electrocardiogram".to_owned(), price: "119.90".parse().unwrap() }],
        unpaid: money("119.90"),
        version: 0,
    }
}

#[tokio::test]
async fn every_query_takes_one_request_regardless_of_table_size() {
    let counted = Counted::new().await;
    let clinics = &counted.clinics;
    for number in 1..=10 {
        let id = format!("p-{number}");
        clinics.patients.create(&patient(&id)).await.unwrap();
        for (index, on) in ["2026-04-30", "2026-05-04", "2026-05-18", "2026-06-01"].into_iter().enumerate() {
            assert!(clinics.book(&appointment(&id, on, &format!("a-{index}"))).await.unwrap());
        }
        for (index, due) in [(1, "2026-04-30"), (2, "2026-05-31")] {
            clinics.invoices.create(&invoice(&id, number * 10 + index, due)).await.unwrap();
        }
    }
    // The other clinic has a patient of the same number and phone number.
    let elsewhere = Patient { clinic: "hillside".to_owned(), ..patient("p-7") };
    clinics.patients.create(&elsewhere).await.unwrap();

    let file = counted.question("everything about a patient", 1, clinics.file(CLINIC, "p-7")).await;
    assert_eq!(file.len(), 1 + 4 + 2);
    assert!(matches!(file.last(), Some(FileEntry::Patient(found)) if found.id == "p-7"));

    counted.put_x_rays("p-7").await;
    let may = clinics.appointments(CLINIC, "p-7", day("2026-05-01"), day("2026-05-31"));
    let may = counted.question("a patient's appointments in a month", 1, may).await;
    assert_eq!(may.iter().map(|it| it.day).collect::<Vec<_>>(), [day("2026-05-04"), day("2026-05-18")]);
    let next = clinics.next_appointment(CLINIC, "p-7", day("2026-05-18"));
    let next = counted.question("a patient's next appointment", 1, next).await;
    assert_eq!(next, Some(appointment("p-7", "2026-05-18", "a-2")));
    let (all, requests) = counted.cost(clinics.appointments.query((CLINIC, "p-7")).count()).await;
    assert_eq!((all.unwrap(), requests), (4, 1));
    let (invoices, requests) = counted.cost(clinics.invoices.query((CLINIC, "p-7")).sort_le(71).collect()).await;
    assert_eq!((invoices.unwrap().len(), requests), (1, 1));
    let found = counted.question("one patient, one invoice", 1, clinics.patients.get((CLINIC, "p-7"))).await;
    assert_eq!(found.map(|found| found.id), Some("p-7".to_owned()));

    let found = counted.question("the patient with a phone number", 1, clinics.with_phone(CLINIC, "+1 555 p-7")).await;
    assert_eq!(found.iter().map(|found| (&*found.clinic, &*found.id)).collect::<Vec<_>>(), [(CLINIC, "p-7")]);
    assert!(clinics.with_phone(CLINIC, "+1 555 p-70").await.unwrap().is_empty());

    let schedule = clinics.schedule(CLINIC, "dr-who", day("2026-05-04"));
    assert_eq!(counted.question("a doctor's day", 1, schedule).await.len(), 10);
    let overdue = clinics.overdue(CLINIC, day("2026-05-31"));
    assert_eq!(counted.question("the invoices that are overdue", 1, overdue).await.len(), 10, "those of April");
}

#[tokio::test]
async fn bookings_and_payments_are_safe() {
    let counted = Counted::new().await;
    let clinics = &counted.clinics;
    clinics.patients.create(&patient("p-1")).await.unwrap();
    let booking = "booking: the patient is read, and must not change until the appointment is stored";
    assert!(counted.question(booking, 2, clinics.book(&appointment("p-1", "2026-05-04", "a-1"))).await);
    assert!(!clinics.book(&appointment("p-2", "2026-05-04", "a-1")).await.unwrap());
    assert_eq!(clinics.appointments.query((CLINIC, "p-2")).count().await.unwrap(), 0);

    clinics.invoices.create(&invoice("p-1", 1, "2026-05-31")).await.unwrap();
    let pay = async |amount: &str| clinics.pay(CLINIC, "p-1", 1, money(amount)).await;
    let (part, requests) = counted.cost(pay("100")).await;
    assert_eq!((part.unwrap().unpaid, requests), (money("19.9"), 2), "it is read and written");
    assert!(README.contains("| a payment: the invoice is read, and written if it is unchanged | 2 |"));
    assert!(matches!(pay("20").await, Err(PaymentRejected::TooMuch)));
    assert_eq!(clinics.overdue(CLINIC, day("2026-06-30")).await.unwrap().len(), 1);
    // Of two concurrent payments, one finds nothing left to pay.
    let payments = tokio::join!(pay("19.90"), pay("19.90"));
    let taken = [payments.0.is_ok(), payments.1.is_ok()];
    assert_eq!(taken.into_iter().filter(|is_taken| *is_taken).count(), 1);
    assert!(clinics.overdue(CLINIC, day("2026-06-30")).await.unwrap().is_empty());
    let stored = clinics.invoices.get((CLINIC, "p-1", 1)).await.unwrap().unwrap();
    assert_eq!((stored.unpaid, stored.state), (money("0"), None));
}

#[tokio::test]
async fn a_clinic_that_leaves_takes_its_key_along() {
    let counted = Counted::new().await;
    for clinic in [CLINIC, "hillside"] {
        counted.clinics.patients.create(&Patient { clinic: clinic.to_owned(), ..patient("p-1") }).await.unwrap();
    }
    danger::shred(&counted.key_store, "hillside").await.unwrap();
    let others = Clinics::new(counted.client.clone(), counted.key_store.clone()).unwrap();
    let error = others.patients.get(("hillside", "p-1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert_eq!(others.with_phone("hillside", "+1 555 p-1").await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(others.with_phone(CLINIC, "+1 555 p-1").await.unwrap().len(), 1);
}
