//! Files of other users, links, full disks, and several holders.

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
