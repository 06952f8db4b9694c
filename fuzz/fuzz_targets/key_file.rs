//! A key file of arbitrary bytes is rejected, or its keys work. No error shows its contents.
#![no_main]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use dynaseal::ItemEncryptor;
use dynaseal::materials::KeyFileProvider;
use dynaseal_fuzz::samples;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());
static FILE: LazyLock<PathBuf> = LazyLock::new(|| FOLDER.path().join("dynaseal.key"));

fuzz_target!(|bytes: &[u8]| {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&*FILE).unwrap();
    file.write_all(bytes).unwrap();
    match KeyFileProvider::open(&*FILE) {
        Ok(provider) => {
            let encryptor = ItemEncryptor::new(provider);
            let (actions, context) = (samples::actions(), samples::context());
            let stored = dynaseal_fuzz::wait(encryptor.encrypt(samples::item("a"), &actions, &context)).unwrap();
            let read = dynaseal_fuzz::wait(encryptor.decrypt(stored, &actions, &context)).unwrap();
            assert_eq!(read, samples::item("a"));
        }
        Err(error) => {
            let shown = format!("{error} {error:?}").replace(&FILE.display().to_string(), "");
            let line = |line: &[u8]| line.len() >= 24 && shown.contains(&*String::from_utf8_lossy(line));
            assert!(!bytes.split(|byte| *byte == b'\n').any(line), "{shown}");
        }
    }
});
