//! The number of requests of the clinic's queries, with many other items in the same table and partition.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::testing::Faults;
use dynaseal::{AttributeValue, Item};
use dynaseal_examples::clinic::{
    Appointment, Clinic, Day, FileEntry, Invoice, InvoiceLine, Patient, PaymentRefused, TABLE,
};
use rust_decimal::Decimal;

/// The clinic behind a transport that counts requests.
struct Counted {
    clinic: Clinic,
    requests: Faults,
    client: Client,
}

impl Counted {
    async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let requests = Faults::script([]);
        let provider = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
        let clinic = Clinic::new(requests.beneath(&client).unwrap(), provider);
        clinic.open().await.unwrap();
        Self { clinic, requests, client }
    }

    /// Returns the result, and the number of requests.
    async fn cost<T>(&self, call: impl IntoFuture<Output = T>) -> (T, usize) {
        let before = self.requests.injected().len();
        let returned = call.await;
        (returned, self.requests.injected().len() - before)
    }

    /// Writes 8 MB of X-rays of another program into the partition of the patient, before and after the other items.
    async fn put_x_rays(&self, patient: &str) {
        for number in 0..24 {
            let sort_key = if number % 2 == 0 { format!("AAA#{number}") } else { format!("XRAY#{number}") };
            let item = Item::from([
                ("PK".to_owned(), AttributeValue::S(format!("PATIENT#{patient}"))),
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
        id: id.to_owned(),
        name: format!("name of {id}"),
        born: day("1815-12-10"),
        allergies: vec!["penicillin".to_owned()],
        version: 0,
    }
}

fn appointment(patient: &str, on: &str, id: &str) -> Appointment {
    let text = str::to_owned;
    let (doctor, reason) = (text("dr-who"), text("a check of the heart"));
    Appointment { patient: text(patient), day: day(on), id: text(id), doctor, reason }
}

fn invoice(patient: &str, number: u32, due: &str) -> Invoice {
    Invoice {
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
    let clinic = &counted.clinic;
    for number in 1..=10 {
        let id = format!("p-{number}");
        clinic.patients.create(&patient(&id)).await.unwrap();
        for (index, on) in ["2026-04-30", "2026-05-04", "2026-05-18", "2026-06-01"].into_iter().enumerate() {
            assert!(clinic.book(&appointment(&id, on, &format!("a-{index}"))).await.unwrap());
        }
        for (index, due) in [(1, "2026-04-30"), (2, "2026-05-31")] {
            clinic.invoices.create(&invoice(&id, number * 10 + index, due)).await.unwrap();
        }
    }
    let (file, requests) = counted.cost(clinic.file("p-7")).await;
    let file = file.unwrap();
    assert_eq!((file.len(), requests), (1 + 4 + 2, 1));
    assert!(matches!(file.last(), Some(FileEntry::Patient(found)) if found.id == "p-7"));

    counted.put_x_rays("p-7").await;
    let (may, requests) = counted.cost(clinic.appointments("p-7", day("2026-05-01"), day("2026-05-31"))).await;
    assert_eq!(may.unwrap().iter().map(|it| it.day).collect::<Vec<_>>(), [day("2026-05-04"), day("2026-05-18")]);
    assert_eq!(requests, 1);
    let (next, requests) = counted.cost(clinic.next_appointment("p-7", day("2026-05-18"))).await;
    assert_eq!((next.unwrap(), requests), (Some(appointment("p-7", "2026-05-18", "a-2")), 1));
    let (all, requests) = counted.cost(clinic.appointments.query("p-7").count()).await;
    assert_eq!((all.unwrap(), requests), (4, 1));
    let (invoices, requests) = counted.cost(clinic.invoices.query("p-7").sort_le(71).collect()).await;
    assert_eq!((invoices.unwrap().len(), requests), (1, 1));
    let (found, requests) = counted.cost(clinic.patients.get("p-7")).await;
    assert_eq!((found.unwrap().map(|found| found.id), requests), (Some("p-7".to_owned()), 1));

    let (schedule, requests) = counted.cost(clinic.schedule("dr-who", day("2026-05-04"))).await;
    assert_eq!((schedule.unwrap().len(), requests), (10, 1));
    let (overdue, requests) = counted.cost(clinic.overdue(day("2026-05-31"))).await;
    assert_eq!((overdue.unwrap().len(), requests), (10, 1), "those of April");
}

#[tokio::test]
async fn bookings_and_payments_are_safe() {
    let counted = Counted::new().await;
    let clinic = &counted.clinic;
    clinic.patients.create(&patient("p-1")).await.unwrap();
    let (booked, requests) = counted.cost(clinic.book(&appointment("p-1", "2026-05-04", "a-1"))).await;
    assert_eq!((booked.unwrap(), requests), (true, 2), "the patient is read first");
    assert!(!clinic.book(&appointment("p-2", "2026-05-04", "a-1")).await.unwrap());
    assert_eq!(clinic.appointments.query("p-2").count().await.unwrap(), 0);

    clinic.invoices.create(&invoice("p-1", 1, "2026-05-31")).await.unwrap();
    let (part, requests) = counted.cost(clinic.pay("p-1", 1, money("100"))).await;
    assert_eq!((part.unwrap().unpaid, requests), (money("19.9"), 2), "it is read and written");
    assert!(matches!(clinic.pay("p-1", 1, money("20")).await, Err(PaymentRefused::TooMuch)));
    assert_eq!(clinic.overdue(day("2026-06-30")).await.unwrap().len(), 1);
    // Of two concurrent payments, one finds nothing left to pay.
    let payments = tokio::join!(clinic.pay("p-1", 1, money("19.90")), clinic.pay("p-1", 1, money("19.90")));
    let taken = [payments.0.is_ok(), payments.1.is_ok()];
    assert_eq!(taken.into_iter().filter(|is_taken| *is_taken).count(), 1);
    assert!(clinic.overdue(day("2026-06-30")).await.unwrap().is_empty());
    let stored = clinic.invoices.get(("p-1", 1)).await.unwrap().unwrap();
    assert_eq!((stored.unpaid, stored.state), (money("0"), None));
}
