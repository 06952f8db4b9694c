//! Files that nobody but their owner reads, and that are whole or not there at all, whenever the process ends.
//!
//! A file can be held: locked against other holders for as long as the returned handle is open. A crash lets go of it, too.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use rustix::fs::OFlags;

/// Opens a regular file that is not reached through a symbolic link, that belongs to this user or to root, and that its owner
/// alone can read. A device or a pipe in its place is neither waited for nor touched.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    check_regular(&named)?;
    let file = open_unfollowed(path)?;
    let opened = file.metadata()?;
    check_regular(&opened)?;
    check_private(&named, &opened)?;
    Ok(file)
}

/// Between the look and the opening, somebody else may have put something else there.
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

/// Makes a file of mode 0600 if there is none of this name, and no link either, whatever the umask is.
#[cfg_attr(not(feature = "embedded"), expect(dead_code, reason = "only the embedded store has files beside these"))]
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
        // Its holder until now may have replaced or removed it just before letting go.
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

/// Writes a file in the place of the one that is held, and holds it instead; the old one can be let go of then. That one stays
/// if the new one cannot be written.
pub(crate) fn replace_held(path: &Path, bytes: &[u8]) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(existing) => check_regular(&existing)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    by_way_of_another(path, |file| write_and_lock(file, bytes), |temporary| fs::rename(temporary, path))
}

/// Removes a file for good.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(folder(path))
}

/// Writes a temporary file beside `path`, and gives it its name once it is on the disk.
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
        // It was never there, or it has its name now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    let file = named?;
    removed?;
    sync_folder(folder)?;
    Ok(file)
}

/// Linking fails if something has the name already, which renaming does not.
fn link(path: &Path) -> impl FnOnce(&Path) -> io::Result<()> {
    move |temporary| fs::hard_link(temporary, path)
}

/// Locked before it has its name, it is never seen unlocked.
fn write_and_lock(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    lock(file)
}

/// Tries for a moment: what this process has just let go is held for as long by a child that it is about to start.
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

/// Makes the new name itself survive a crash.
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

/// False if the name is another file's by now, or nobody's.
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

/// Other systems do not tell files apart in stable Rust.
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
    // Root opens what belongs to others, who could then choose the keys.
    if ![rustix::process::geteuid().as_raw(), 0].contains(&opened.uid()) {
        return Err(io::Error::other("it belongs to another user; `chown` it"));
    }
    if opened.mode() & 0o077 != 0 {
        return Err(io::Error::other("others than its owner have access to it; `chmod 600` it"));
    }
    Ok(())
}

/// Other systems have no such mode; their access control lists are for the administrator to set.
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
    fn another_users_file_is_refused_even_by_root() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        create(&path, b"theirs").unwrap();
        assert!(open(&path).is_ok());
        let nobody = 65_534;
        match std::os::unix::fs::chown(&path, Some(nobody), None) {
            Ok(()) => assert!(open(&path).unwrap_err().to_string().contains("another user")),
            // Only root can give files away; what another user keeps private, nobody else can open.
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
        }
    }

    /// Opening a pipe for reading waits for a writer, unless it is told not to.
    #[cfg(unix)]
    #[test]
    fn what_is_put_in_the_place_of_a_file_is_neither_followed_nor_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};

        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        create(&folder.path().join("state"), b"state").unwrap();
        std::os::unix::fs::symlink(folder.path().join("state"), &link).unwrap();
        for path in [&pipe, &link] {
            assert!(open(path).is_err());
            // As if it had been put there after the first look.
            let opened = open_unfollowed(path);
            assert!(opened.and_then(|file| check_regular(&file.metadata()?)).is_err(), "{}", path.display());
        }
    }

    #[test]
    fn a_full_disk_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let _held = create_held(&path, b"old").unwrap();
        // What a write to a disk without space fails with; /dev/full is such a disk on Linux.
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
    fn a_file_has_one_holder_whoever_replaces_it() {
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

    /// However the moments fall in which one lets go and others come, two never hold it.
    #[test]
    fn of_many_one_holds_it_at_a_time() {
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
            // From its removal on, another may have the name.
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
    fn what_is_no_file_is_never_replaced() {
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
