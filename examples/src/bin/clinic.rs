//! Clinics in one table: the requests of a day, and their results.

use anstream::println;
use clap::Parser;
use dynaseal::danger;
use dynaseal::embedded::Database;
use dynaseal::keyrings::NewBranchKey;
use dynaseal_examples::clinic::{Appointment, Clinics, Day, Invoice, InvoiceLine, Patient};
use dynaseal_examples::key_store::on_trial;

/// Stores patients, appointments and invoices of several clinics in one table, and finds them by patient, by doctor, by state
/// and by phone number. Each clinic has its own key, from a key store with a double of AWS KMS.
#[derive(Parser)]
struct Arguments {}

const CLINIC: &str = "riverside";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Arguments::parse();
    let database = Database::in_memory()?;
    let key_store = on_trial(&database, "branch-keys")?;
    key_store.create_table().await?;
    for clinic in [CLINIC, "hillside"] {
        key_store.create_branch_key(NewBranchKey::with_id(clinic).context("purpose", "patients")).await?;
    }
    let clinics = Clinics::new(database.client(), key_store.clone())?;
    clinics.open().await?;

    let ada = Patient {
        clinic: CLINIC.into(),
        id: "p-1".into(),
        name: "Ada Lovelace".into(),
        phone: Some("+44 20 7946 0000".into()),
        born: "1815-12-10".parse()?,
        allergies: vec!["penicillin".into()],
        version: 0,
    };
    clinics.patients.create(&ada).await?;
    clinics.patients.create(&Patient { clinic: "hillside".into(), ..ada.clone() }).await?;
    let days: [Day; 3] = ["2026-04-30".parse()?, "2026-05-04".parse()?, "2026-05-18".parse()?];
    for (number, day) in days.into_iter().enumerate() {
        let appointment = Appointment {
            clinic: CLINIC.into(),
            patient: ada.id.clone(),
            day,
            id: format!("a-{number}"),
            doctor: "dr-who".into(),
            reason: "a check of the heart".into(),
        };
        let is_known = clinics.book(&appointment).await?;
        println!("Booked for {}: {is_known}", appointment.day);
    }
    let line = InvoiceLine { text: "electrocardiogram".into(), price: "119.90".parse()? };
    let invoice = Invoice {
        clinic: CLINIC.into(),
        patient: ada.id.clone(),
        number: 1,
        state: Some("open".into()),
        due: "2026-05-31".parse()?,
        lines: vec![line],
        unpaid: "119.90".parse()?,
        version: 0,
    };
    clinics.invoices.create(&invoice).await?;

    println!("The file of {}: {} entries", ada.name, clinics.file(CLINIC, "p-1").await?.len());
    let may = clinics.appointments(CLINIC, "p-1", "2026-05-01".parse()?, "2026-05-31".parse()?).await?;
    println!("Appointments in May: {}", may.len());
    let schedule = clinics.schedule(CLINIC, "dr-who", "2026-05-04".parse()?).await?;
    println!("Of the doctor on 4 May: {}", schedule.len());
    println!("Patients with her phone number: {}", clinics.with_phone(CLINIC, "+44 20 7946 0000").await?.len());
    println!("Invoices overdue on 1 June: {}", clinics.overdue(CLINIC, "2026-06-01".parse()?).await?.len());
    let paid = clinics.pay(CLINIC, "p-1", 1, "119.90".parse()?).await;
    println!("After the payment of {}: {}", invoice.unpaid, paid.is_ok_and(|invoice| invoice.state.is_none()));
    println!("Invoices overdue on 1 June: {}", clinics.overdue(CLINIC, "2026-06-01".parse()?).await?.len());

    // A clinic leaves. This process would use its cached keys until their TTL, so another one reads.
    danger::shred(&key_store, "hillside").await?;
    let another = Clinics::new(database.client(), key_store)?;
    let gone = another.patients.get(("hillside", "p-1")).await;
    println!("The other clinic is shredded: {}", gone.is_err());
    println!("This one's patients are still read: {}", another.patients.get((CLINIC, "p-1")).await?.is_some());
    Ok(())
}
