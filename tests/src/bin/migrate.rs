//! Migrates a table of an embedded database in a process that a test can kill. `migrate reencrypt <folder>` moves the
//! accounts from the first keys, of the DynamoDB Encryption Client, to the second, of the AWS Database Encryption SDK;
//! `migrate back <folder>` moves them back, and `migrate import <folder>` encrypts them with the first keys. It prints a
//! line for every item.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program for tests")]

use dynaseal::SchemaVersion;
use dynaseal::danger::import_plaintext;
use dynaseal::migration::Status;
use dynaseal_tests::accounts::{Account, Folder, SEGMENTS, accounts};
use dynaseal_tests::format::both;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (job, folder) = (arguments.next().unwrap(), Folder::new(arguments.next().unwrap()));
    let client = folder.open().client();
    let (first, second) = both();
    let (old, new) = if job == "back" { (&second, &first) } else { (&first, &second) };
    let report = match &*job {
        "reencrypt" | "back" => {
            let before = SchemaVersion::of::<Account>("before").encryptor(old.clone());
            let request = accounts(&client, new).reencrypt().also_reads(before);
            request.segments(SEGMENTS).checkpoint(folder.checkpoint()).progress(print).await
        }
        "import" => {
            let request = import_plaintext(&accounts(&client, &first), folder.checkpoint());
            let request = if folder.checkpoint().exists() { request } else { request.begin() };
            request.segments(SEGMENTS).progress(print).await
        }
        _ => panic!("{job}?"),
    };
    assert!(report.unwrap().is_complete());
}

fn print(status: &Status) {
    println!("{}", status.items);
}
