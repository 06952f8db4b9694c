//! Files that nobody but their owner reads, and that are whole or not there at all, whenever the process ends.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Opens a regular file that is not reached through a symbolic link and that its owner alone can read.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let named = fs::symlink_metadata(path)?;
    check_regular(&named)?;
    let file = File::open(path)?;
    check_private(&named, &file.metadata()?)?;
    Ok(file)
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Linking fails if something is there already, which renaming does not.
    by_way_of_another(path, |file| file.write_all(bytes), |temporary| fs::hard_link(temporary, path))
}

/// Writes a file in the place of the one that has its name, if there is one. The old one stays if the new one cannot be
/// written.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(existing) => check_regular(&existing)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    by_way_of_another(path, |file| file.write_all(bytes), |temporary| fs::rename(temporary, path))
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
) -> io::Result<()> {
    let folder = folder(path);
    let temporary = temporary_name(folder, path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()
    });
    let named = written.and_then(|()| name(&temporary));
    let removed = match fs::remove_file(&temporary) {
        // It was never there, or it has its name now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    named.and(removed)?;
    sync_folder(folder)
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

#[cfg(unix)]
fn check_private(named: &fs::Metadata, opened: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    if (named.dev(), named.ino()) != (opened.dev(), opened.ino()) {
        return Err(io::Error::other("it was replaced while it was opened"));
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

    #[test]
    fn a_full_disk_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        replace(&path, b"old").unwrap();
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
    fn what_is_no_file_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), Path::new("/dev/null"), &folder.path().join("missing").join("state")] {
            assert!(replace(path, b"new").is_err(), "{}", path.display());
        }
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
            assert!(replace(&link, b"new").is_err());
            assert_eq!(files(folder.path()), ["link"]);
        }
    }
}
