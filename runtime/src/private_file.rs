//! Files that only their owner can read, and that are complete or absent whenever the process ends.
//!
//! A file can be held: locked against other processes while the returned handle is open. A crash releases the lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use rustix::fs::OFlags;

/// Opens a regular file that is not reached through a symbolic link, belongs to this user or to root, and is readable
/// by its owner only. A device or a pipe in its place is rejected without opening it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    check_regular(&named)?;
    let file = open_unfollowed(path)?;
    let opened = file.metadata()?;
    check_regular(&opened)?;
    check_private(&named, &opened)?;
    Ok(file)
}

/// Opens the file without following a link: it may have been replaced since it was checked.
fn open_unfollowed(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        let flags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options.open(path)
}

/// Creates a file of mode 0600, regardless of the umask, if neither a file nor a link of this name exists.
#[cfg_attr(not(feature = "embedded"), expect(dead_code, reason = "only the embedded store has further files"))]
pub(crate) fn touch(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Opens a file as [`open`] does, and holds it.
pub(crate) fn hold(path: &Path) -> io::Result<File> {
    loop {
        let file = open(path)?;
        lock(&file)?;
        // Its previous holder may have replaced or removed it just before releasing it.
        if is_named(path, &file)? {
            return Ok(file);
        }
    }
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    by_way_of_another(path, |file| file.write_all(bytes), link(path)).map(drop)
}

/// Writes a file that must not exist yet, and holds it.
pub(crate) fn create_held(path: &Path, bytes: &[u8]) -> io::Result<File> {
    by_way_of_another(path, |file| write_and_lock(file, bytes), link(path))
}

/// Writes a file in place of the held one and holds it instead; the old one can then be released. If the new file
/// cannot be written, the old one stays.
pub(crate) fn replace_held(path: &Path, bytes: &[u8]) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(existing) => check_regular(&existing)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    by_way_of_another(path, |file| write_and_lock(file, bytes), |temporary| fs::rename(temporary, path))
}

/// Removes a file durably.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(folder(path))
}

/// Writes a temporary file beside `path`, and gives it its final name once it is on disk.
fn by_way_of_another(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    name: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<File> {
    let folder = folder(path);
    let temporary = temporary_name(folder, path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()?;
        Ok(file)
    });
    let named = written.and_then(|file| name(&temporary).map(|()| file));
    let removed = match fs::remove_file(&temporary) {
        // It was never created, or it has its final name now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    let file = named?;
    removed?;
    sync_folder(folder)?;
    Ok(file)
}

/// Links the file to its name. Unlike renaming, linking fails if the name is taken.
fn link(path: &Path) -> impl FnOnce(&Path) -> io::Result<()> {
    move |temporary| fs::hard_link(temporary, path)
}

/// Locks the file before it has its name, so that it is never visible unlocked.
fn write_and_lock(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    lock(file)
}

/// Retries for a moment: a file that this process has just released stays locked while a child process is being
/// started.
fn lock(file: &File) -> io::Result<()> {
    for _ in 0..10 {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "another process is using it"))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary_name(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?;
    let unique: u64 = rand::random();
    Ok(folder.join(format!(".{}.{unique:016x}", name.display())))
}

/// Flushes the folder, so that the new name survives a crash.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn check_regular(named: &fs::Metadata) -> io::Result<()> {
    if named.is_symlink() {
        return Err(io::Error::other("it is a symbolic link"));
    }
    if !named.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(())
}

/// Returns false if the name now belongs to another file or to none.
fn is_named(path: &Path, file: &File) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(named) => Ok(is_same(&named, &file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Stable Rust cannot compare files on other systems.
#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn check_private(named: &fs::Metadata, opened: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    if !is_same(named, opened) {
        return Err(io::Error::other("it was replaced while it was opened"));
    }
    // Root can open files of other users, who could then choose the keys.
    if ![rustix::process::geteuid().as_raw(), 0].contains(&opened.uid()) {
        return Err(io::Error::other("it belongs to another user; `chown` it"));
    }
    if opened.mode() & 0o077 != 0 {
        return Err(io::Error::other("others than its owner have access to it; `chmod 600` it"));
    }
    Ok(())
}

/// Other systems have no such mode; administrators set their access control lists.
#[cfg(not(unix))]
fn check_private(_: &fs::Metadata, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn another_users_file_is_rejected_even_by_root() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        create(&path, b"theirs").unwrap();
        assert!(open(&path).is_ok());
        let nobody = 65_534;
        match std::os::unix::fs::chown(&path, Some(nobody), None) {
            Ok(()) => assert!(open(&path).unwrap_err().to_string().contains("another user")),
            // Only root can change a file's owner, and other users cannot open a private file.
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
        }
    }

    /// Opening a pipe for reading blocks until there is a writer, unless it is opened without blocking.
    #[cfg(unix)]
    #[test]
    fn links_and_pipes_in_place_of_a_file_are_rejected_at_once() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};

        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        create(&folder.path().join("state"), b"state").unwrap();
        std::os::unix::fs::symlink(folder.path().join("state"), &link).unwrap();
        for path in [&pipe, &link] {
            assert!(open(path).is_err());
            // As if it had been replaced after the check.
            let opened = open_unfollowed(path);
            assert!(opened.and_then(|file| check_regular(&file.metadata()?)).is_err(), "{}", path.display());
        }
    }

    #[test]
    fn a_full_disk_leaves_only_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let _held = create_held(&path, b"old").unwrap();
        // The error of writing to a full disk, for which Linux has /dev/full.
        let full = |_: &mut File| match OpenOptions::new().write(true).open("/dev/full") {
            Ok(mut device) => device.write_all(b"new"),
            Err(_) => Err(io::Error::from(io::ErrorKind::StorageFull)),
        };
        let error = by_way_of_another(&path, full, |temporary| fs::rename(temporary, &path)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(files(folder.path()), ["state"]);
    }

    #[test]
    fn a_file_has_one_holder_even_when_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut held = create_held(&path, b"0").unwrap();
        assert_eq!(create_held(&path, b"other").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        for content in [b"1", b"2"] {
            held = replace_held(&path, content).unwrap();
            assert_eq!(hold(&path).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
            assert_eq!(fs::read(&path).unwrap(), content);
        }
        drop(held);
        let _held = hold(&path).unwrap();
        assert_eq!(hold(&path).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        assert_eq!(files(folder.path()), ["state"]);
    }

    /// Two processes never hold the file at once, whenever one releases it and others try to hold it.
    #[test]
    fn only_one_process_holds_the_file_at_a_time() {
        use std::sync::atomic::{AtomicU32, Ordering};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (holders, held) = (AtomicU32::new(0), AtomicU32::new(0));
        let work = |turn: u32| {
            let Ok(file) = hold(&path).or_else(|_| create_held(&path, b"new")) else { return };
            assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
            held.fetch_add(1, Ordering::SeqCst);
            let file = replace_held(&path, b"newer").map(|newer| (file, newer));
            assert_eq!(holders.fetch_sub(1, Ordering::SeqCst), 1);
            // After its removal, the name is free for another file.
            if turn.is_multiple_of(3) {
                remove(&path).unwrap();
            }
            drop(file.unwrap());
        };
        thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| (0..200).for_each(work));
            }
        });
        assert!(held.into_inner() > 0);
    }

    #[test]
    fn only_regular_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), Path::new("/dev/null"), &folder.path().join("missing").join("state")] {
            assert!(replace_held(path, b"new").is_err(), "{}", path.display());
        }
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
            assert!(replace_held(&link, b"new").is_err());
            assert_eq!(files(folder.path()), ["link"]);
        }
    }
}
