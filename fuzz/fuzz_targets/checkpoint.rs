//! The checkpoint of a migration, with a valid or an invalid checksum, is rejected or continued. Its contents are never
//! trusted.
#![no_main]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::LazyLock;

use dynaseal::{EncryptedItem, Repository, SchemaVersion};
use dynaseal_fuzz::{answers, forged, wait};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

#[derive(Clone, Debug, EncryptedItem)]
struct Reading {
    #[partition_key]
    sensor: String,
    value: i64,
}

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

static READINGS: LazyLock<Repository<Reading>> = LazyLock::new(|| {
    Repository::builder(answers::client("{}")).table("readings").encryptor(forged::encryptor()).build()
});

fuzz_target!(|input: (bool, &[u8])| {
    let (is_sound, bytes) = input;
    let mut content = bytes.to_vec();
    if is_sound {
        content = [b"dynaseal checkpoint 1\n", bytes, b"\n"].concat();
        let checksum: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        content.extend(format!("sha256 {checksum}\n").into_bytes());
    }
    let path = FOLDER.path().join("checkpoint");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).unwrap();
    file.write_all(&content).unwrap();
    let version = SchemaVersion::of::<Reading>("before").encryptor(forged::encryptor());
    let _ = wait(READINGS.reencrypt().also_reads(version).checkpoint(&path).into_future());
});
