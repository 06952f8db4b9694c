//! The main use case: a struct is annotated, encrypted, signed, stored and read back, and rejected after tampering.

use std::path::PathBuf;

use anstream::println;
use aws_sdk_dynamodb::primitives::Blob;
use clap::Parser;
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Repository};
use dynaseal_examples::{StoredFormat, side_by_side};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[encrypt] // the default, said aloud
    name: String,
    salary: u64, // not annotated: encrypted
    skills: Vec<String>,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

/// Encrypts a record, stores it in an embedded DynamoDB, reads it back, changes it, and shows that tampering is
/// rejected.
#[derive(Parser)]
struct Arguments {
    /// The folder for the database and the key file. The default is a new temporary one.
    folder: Option<PathBuf>,
    /// The format of the stored items.
    #[arg(long, value_enum, default_value_t)]
    format: StoredFormat,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { folder, format } = Arguments::parse();
    let folder = match folder {
        Some(folder) => folder,
        None => tempfile::tempdir()?.keep(),
    };
    std::fs::create_dir_all(&folder)?;
    let (data, key_file) = (folder.join("dynamodb.sqlite"), folder.join("dynaseal.key"));
    let client = Database::open(&data)?.client();
    // A provider or a keyring alone is passed to `.materials(provider)` or `.keyring(keyring)`.
    let encryptor = format.encryptor(&key_file)?;

    let employees: Repository<Employee> =
        Repository::builder(client.clone()).table("employees").encryptor(encryptor).build();
    match employees.create_table().await {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => println!("Using the table that is there already.\n"),
        other => other?,
    }
    let mut ada = Employee {
        employee_id: "e-1".into(),
        hired: 2020,
        name: "Ada Lovelace".into(),
        salary: 4200,
        skills: vec!["mathematics".into(), "poetry".into()],
        department: "Engines".into(),
        logins: 7,
    };
    employees.put(&ada).await?;

    // The same item, read with the AWS SDK alone.
    let key = [("employee_id", AttributeValue::S("e-1".into())), ("hired", AttributeValue::N("2020".into()))];
    let key = Some(key.map(|(name, value)| (name.to_owned(), value)).into());
    let read = || client.get_item().table_name("employees").set_key(key.clone()).send();
    println!("Stored:");
    side_by_side(&ada, &read().await?.item.ok_or("the item is gone")?)?;

    let changed = employees.update_with(("e-1", 2020), |employee| employee.salary += 300).await?;
    employees.update_in_place(("e-1", 2020), Employee::fields().logins.add(1)).await?;
    ada = Employee { salary: 4500, logins: 8, ..ada };
    assert_eq!((changed.salary, employees.get(("e-1", 2020)).consistent().await?), (4500, Some(ada)));
    println!("Raised the salary, counted a login, read it back: verified, decrypted, equal.\n");

    let genuine = read().await?.item.ok_or("the item is gone")?;
    let mut stored = genuine.clone();
    let Some(AttributeValue::B(salary)) = stored.remove("salary") else { return Err("the salary is readable".into()) };
    let mut salary = salary.into_inner();
    salary.iter_mut().rev().take(1).for_each(|byte| *byte ^= 1);
    stored.insert("salary".into(), AttributeValue::B(Blob::new(salary)));
    client.put_item().table_name("employees").set_item(Some(stored)).send().await?;
    println!("Flipped one bit of the stored salary behind the repository's back:");
    match employees.get(("e-1", 2020)).await {
        Err(error) if error.kind() == ErrorKind::Integrity => println!("  rejected: {error}\n"),
        other => return Err(format!("a tampered item was not rejected: {other:?}").into()),
    }
    client.put_item().table_name("employees").set_item(Some(genuine)).send().await?;
    println!("Put the genuine item back.\n");
    println!("Database: {}\nKey file: {} (keep it secret, keep it safe)", data.display(), key_file.display());
    Ok(())
}
