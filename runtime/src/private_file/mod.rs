//! Files that only their owner can read, and that are complete or absent whenever the process ends.
//!
//! A file can be held: locked against other processes while the returned handle is open. A crash releases the lock.

#[cfg(test)]
mod tests;

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
