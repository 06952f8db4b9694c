//! A clinic in one table: the requests of a day, and their number.

use anstream::println;
use clap::Parser;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal_examples::clinic::{Appointment, Clinic, Day, Invoice, InvoiceLine, Patient};

/// Stores patients, appointments and invoices in one table, and finds them by patient, by doctor and by state.
#[derive(Parser)]
struct Arguments {}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Arguments::parse();
    let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    let clinic = Clinic::new(Database::in_memory()?.client(), provider);
    clinic.open().await?;

    let ada = Patient {
        id: "p-1".into(),
        name: "Ada Lovelace".into(),
        born: "1815-12-10".parse()?,
        allergies: vec!["penicillin".into()],
        version: 0,
    };
    clinic.patients.create(&ada).await?;
    let days: [Day; 3] = ["2026-04-30".parse()?, "2026-05-04".parse()?, "2026-05-18".parse()?];
    for (number, day) in days.into_iter().enumerate() {
        let appointment = Appointment {
            patient: ada.id.clone(),
            day,
            id: format!("a-{number}"),
            doctor: "dr-who".into(),
            reason: "a check of the heart".into(),
        };
        let is_known = clinic.book(&appointment).await?;
        println!("Booked for {}: {is_known}", appointment.day);
    }
    let line = InvoiceLine { text: "electrocardiogram".into(), price: "119.90".parse()? };
    let invoice = Invoice {
        patient: ada.id.clone(),
        number: 1,
        state: Some("open".into()),
        due: "2026-05-31".parse()?,
        lines: vec![line],
        unpaid: "119.90".parse()?,
        version: 0,
    };
    clinic.invoices.create(&invoice).await?;

    println!("The file of {}: {} entries", ada.name, clinic.file("p-1").await?.len());
    let may = clinic.appointments("p-1", "2026-05-01".parse()?, "2026-05-31".parse()?).await?;
    println!("Appointments in May: {}", may.len());
    println!("Of the doctor on 4 May: {}", clinic.schedule("dr-who", "2026-05-04".parse()?).await?.len());
    println!("Invoices overdue on 1 June: {}", clinic.overdue("2026-06-01".parse()?).await?.len());
    let paid = clinic.pay("p-1", 1, "119.90".parse()?).await;
    println!("After the payment of {}: {}", line_total(&invoice), paid.is_ok_and(|invoice| invoice.state.is_none()));
    println!("Invoices overdue on 1 June: {}", clinic.overdue("2026-06-01".parse()?).await?.len());
    Ok(())
}

fn line_total(invoice: &Invoice) -> String {
    invoice.unpaid.to_string()
}
