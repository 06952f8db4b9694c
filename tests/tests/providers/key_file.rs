//! Key files are created once, complete and private, and rejected in any other state.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use dynaseal::materials::KeyFileProvider;
use dynaseal::{Error, ErrorKind, ItemEncryptor};
use dynaseal_tests::own_process::is_own;
use dynaseal_tests::samples::{actions, context, item, leak, written_forms};
use tempfile::TempDir;

/// A folder with a valid key file.
struct Folder {
    folder: TempDir,
    path: PathBuf,
    text: String,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dynaseal.key");
        KeyFileProvider::create(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        Self { folder, path, text }
    }

    fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Asserts that the key file is rejected with these contents.
    fn rejects(&self, bytes: impl AsRef<[u8]>) {
        fs::write(&self.path, &bytes).unwrap();
        let error = self.rejected(&self.path);
        assert_eq!(fs::read(&self.path).unwrap(), bytes.as_ref(), "{error}");
    }

    /// Returns the error of opening this path. It names the path and does not show the keys.
    fn rejected(&self, path: &Path) -> Error {
        let error = KeyFileProvider::open(path).unwrap_err();
        self.check(&error, path, ErrorKind::Materials);
        error
    }

    fn check(&self, error: &Error, path: &Path, kind: ErrorKind) {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        let keys: Vec<String> = self.keys().iter().flat_map(|key| written_forms(key.as_bytes())).collect();
        assert_eq!(leak(error, &keys), None);
    }

    /// Returns both keys, in base64.
    fn keys(&self) -> [&str; 2] {
        let mut keys = self.text.lines().skip(1).map(|line| line.split_once(' ').unwrap().1);
        [keys.next().unwrap(), keys.next().unwrap()]
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Asserts that one provider reads items of the other.
fn check_same_keys(writer: KeyFileProvider, reader: KeyFileProvider) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let item = item("patient-1");
        let stored = ItemEncryptor::new(writer).encrypt(item.clone(), &actions(), &context()).await.unwrap();
        let read = ItemEncryptor::new(reader).decrypt(stored, &actions(), &context()).await;
        assert_eq!(read.unwrap(), item);
    });
}

#[test]
fn a_created_file_opens_with_the_same_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dynaseal.key");
    let created = KeyFileProvider::create(&path).unwrap();
    check_same_keys(created, KeyFileProvider::open(&path).unwrap());
    check_same_keys(KeyFileProvider::open(&path).unwrap(), KeyFileProvider::open(&path).unwrap());
}

#[test]
fn two_files_have_four_different_keys() {
    let (a, b) = (Folder::new(), Folder::new());
    let mut keys = [a.keys(), b.keys()].concat();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
}

#[test]
fn opening_never_creates() {
    let folder = Folder::new();
    folder.rejected(&folder.join("missing.key"));
    folder.rejected(&folder.join("missing/missing.key"));
    folder.rejected(&folder.path.join("below-a-file.key"));
    folder.rejected(&folder.join(&"x".repeat(5000)));
    folder.rejected(&folder.join("with\0nul"));
    folder.rejected(folder.folder.path());
    assert_eq!(folder.names(), ["dynaseal.key"]);
}

#[test]
fn a_truncated_file_is_rejected() {
    let folder = Folder::new();
    let whole = folder.text.trim_end();
    for length in 0..whole.len() {
        folder.rejects(&whole[..length]);
    }
}

/// An editor may change the line endings.
#[test]
fn line_ends_do_not_matter() {
    for change in [str::trim_end as fn(&str) -> &str, |text| text] {
        for end in ["\n", "\r\n"] {
            let folder = Folder::new();
            let before = KeyFileProvider::open(&folder.path).unwrap();
            fs::write(&folder.path, change(&folder.text).replace('\n', end)).unwrap();
            check_same_keys(before, KeyFileProvider::open(&folder.path).unwrap());
        }
    }
}

#[test]
fn damaged_keys_are_rejected() {
    let folder = Folder::new();
    for key in folder.keys() {
        assert_eq!(key.len(), 44);
        for index in 0..key.len() {
            for wrong in ["*", "_", " ", "\n", "\0", "=", "\u{e9}", ""] {
                let damaged = format!("{}{wrong}{}", &key[..index], &key[index + 1..]);
                if damaged != key {
                    folder.rejects(folder.text.replace(key, &damaged));
                }
            }
        }
        // One byte more, and bits beyond the last byte.
        for other in [format!("AAAA{key}"), format!("{}x=", "A".repeat(42)), "A".repeat(40), String::new()] {
            folder.rejects(folder.text.replace(key, &other));
        }
    }
}

#[test]
fn other_files_are_rejected() {
    let folder = Folder::new();
    let [first, second] = folder.keys();
    let swapped = format!("dynaseal key file 1\nsigning-key {second}\nwrapping-key {first}\n");
    let twice = format!("dynaseal key file 1\nwrapping-key {first}\nwrapping-key {second}\n");
    for other in [swapped, twice, "-----BEGIN PRIVATE KEY-----\n".to_owned()] {
        folder.rejects(other);
    }
    folder.rejects(folder.text.replace("file 1", "file 2"));
    folder.rejects(folder.text.to_uppercase());
    folder.rejects(folder.text.replace('\n', "\n\n"));
    folder.rejects(format!("\u{feff}{}", folder.text));
    folder.rejects([b"\xff\xfe", folder.text.as_bytes()].concat());
    for extra in ["\n", "x", "comment\n", &folder.text, &"\n".repeat(10_000_000)] {
        folder.rejects(format!("{}{extra}", folder.text));
    }
    folder.rejects("x".repeat(10_000_000));
}

#[test]
fn one_of_many_concurrent_creators_succeeds() {
    const CREATORS: usize = 16;

    for _ in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dynaseal.key");
        let start = Barrier::new(CREATORS);
        let create = || {
            start.wait();
            KeyFileProvider::create(&path)
        };
        let results: Vec<_> = thread::scope(|scope| {
            let creators: Vec<_> = (0..CREATORS).map(|_| scope.spawn(create)).collect();
            creators.into_iter().map(|creator| creator.join().unwrap()).collect()
        });

        let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, CREATORS - 1));
        assert!(lost.into_iter().all(|result| result.unwrap_err().kind() == ErrorKind::AlreadyExists));
        check_same_keys(won.into_iter().next().unwrap().unwrap(), KeyFileProvider::open(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn creating_never_replaces() {
    let folder = Folder::new();
    let check = |path: &Path| {
        let error = KeyFileProvider::create(path).unwrap_err();
        folder.check(&error, path, ErrorKind::AlreadyExists);
    };
    check(&folder.path);
    assert_eq!(fs::read_to_string(&folder.path).unwrap(), folder.text);

    fs::write(&folder.path, "precious").unwrap();
    check(&folder.path);
    assert_eq!(fs::read_to_string(&folder.path).unwrap(), "precious");

    fs::create_dir(folder.join("folder")).unwrap();
    check(&folder.join("folder"));
    assert_eq!(folder.names(), ["dynaseal.key", "folder"]);
    assert_eq!(fs::read_dir(folder.join("folder")).unwrap().count(), 0);
}

#[test]
fn a_failed_creation_leaves_no_file() {
    let folder = Folder::new();
    for path in [
        folder.join("missing/dynaseal.key"),
        folder.path.join("below-a-file.key"),
        folder.join("missing/"),
        folder.join(".."),
        folder.join(&"x".repeat(5000)),
        folder.join(&"x".repeat(250)),
        folder.join("with\0nul"),
        PathBuf::new(),
        PathBuf::from("/"),
    ] {
        let error = KeyFileProvider::create(&path).unwrap_err();
        folder.check(&error, &path, ErrorKind::Materials);
    }
    assert_eq!(folder.names(), ["dynaseal.key"]);
}

/// This test has its own process, because the working folder is shared by all tests of a process.
#[test]
fn a_name_alone_is_a_file_in_the_working_folder() {
    if !is_own("key_file::a_name_alone_is_a_file_in_the_working_folder") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let before = std::env::current_dir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let created = KeyFileProvider::create("dynaseal.key");
    let opened = KeyFileProvider::open("dynaseal.key");
    let again = KeyFileProvider::create("./dynaseal.key");
    std::env::set_current_dir(before).unwrap();

    check_same_keys(created.unwrap(), opened.unwrap());
    assert_eq!(again.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert!(folder.path().join("dynaseal.key").is_file());
}

#[test]
fn a_provider_prints_no_key() {
    let folder = Folder::new();
    let shown = format!("{:?}", KeyFileProvider::open(&folder.path).unwrap());
    for key in folder.keys() {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(key).unwrap();
        let forms = written_forms(&bytes).into_iter().chain(written_forms(key.as_bytes()));
        for form in forms {
            assert!(!shown.contains(&form), "{shown}");
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn only_its_owner_can_read_a_created_file() {
        assert_eq!(mode(&Folder::new().path), 0o600);
    }

    #[test]
    fn a_file_accessible_to_other_users_is_rejected() {
        let folder = Folder::new();
        let set_mode = |mode| fs::set_permissions(&folder.path, fs::Permissions::from_mode(mode)).unwrap();
        for bit in [0o040, 0o020, 0o010, 0o004, 0o002, 0o001] {
            set_mode(0o600 | bit);
            let error = folder.rejected(&folder.path);
            assert!(error.to_string().contains("chmod 600"), "{error}");
            assert_eq!(mode(&folder.path), 0o600 | bit);
        }
        for mode in [0o400, 0o600, 0o700] {
            set_mode(mode);
            KeyFileProvider::open(&folder.path).unwrap();
        }
    }

    #[test]
    fn symbolic_links_are_rejected() {
        let folder = Folder::new();
        let links =
            [("good", folder.path.clone()), ("dangling", folder.join("missing")), ("loop", folder.join("loop"))];
        for (name, to) in &links {
            let link = folder.join(name);
            symlink(to, &link).unwrap();
            let error = folder.rejected(&link);
            assert!(error.to_string().contains("symbolic link"), "{error}");
            let error = KeyFileProvider::create(&link).unwrap_err();
            folder.check(&error, &link, ErrorKind::AlreadyExists);
        }
        assert_eq!(folder.names(), ["dangling", "dynaseal.key", "good", "loop"]);
        assert_eq!(fs::read_to_string(&folder.path).unwrap(), folder.text);
    }

    /// Opening a pipe waits for its other end, which may never be opened.
    #[test]
    fn a_pipe_is_rejected_at_once() {
        let folder = Folder::new();
        let pipe = folder.join("pipe");
        assert!(Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
        let (sender, receiver) = mpsc::channel();
        let opened = pipe.clone();
        thread::spawn(move || sender.send(KeyFileProvider::open(opened)).unwrap());
        let error = receiver.recv_timeout(Duration::from_secs(60)).unwrap().unwrap_err();
        folder.check(&error, &pipe, ErrorKind::Materials);
    }

    #[test]
    fn a_device_is_rejected() {
        Folder::new().rejected(Path::new("/dev/zero"));
    }
}
