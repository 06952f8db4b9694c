//! The checkpoint of a running migration, which records progress immediately.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::table::tokio_runtime;

use super::checkpoint::{Checkpoint, CheckpointFile, Phase, Position};
use super::report::Counts;

/// Shared by the segments of a walk.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    checkpoint: Arc<Mutex<Checkpoint>>,
    /// Without a file, no progress survives the process.
    file: Option<Arc<CheckpointFile>>,
}

impl Journal {
    /// Continues from the file if it exists, and creates it otherwise.
    #[inline]
    pub(super) fn open(path: &Path, expected: Checkpoint) -> Result<Self> {
        match Self::resume(path, &expected)? {
            Some(journal) => Ok(journal),
            None => Self::begin(path, expected),
        }
    }

    /// Continues from a file, if it exists.
    #[inline]
    pub(super) fn resume(path: &Path, expected: &Checkpoint) -> Result<Option<Self>> {
        let Some((file, found)) = CheckpointFile::open(path)? else { return Ok(None) };
        compare(&found.parameters, &expected.parameters, &file)?;
        if !found.segments.keys().eq(expected.segments.keys()) {
            return Err(of_another(&file, "segments", "others"));
        }
        Ok(Some(Self::over(found, Some(file))))
    }

    /// Creates the file before anything else is done, so that an unwritable one is detected beforehand.
    #[inline]
    pub(super) fn begin(path: &Path, checkpoint: Checkpoint) -> Result<Self> {
        let file = CheckpointFile::create(path, &checkpoint.encode()?)?;
        Ok(Self::over(checkpoint, Some(file)))
    }

    /// For a walk that always starts from the beginning.
    #[inline]
    pub(super) fn in_memory(begin: Checkpoint) -> Self {
        Self::over(begin, None)
    }

    #[inline]
    fn over(checkpoint: Checkpoint, file: Option<CheckpointFile>) -> Self {
        Self { checkpoint: Arc::new(Mutex::new(checkpoint)), file: file.map(Arc::new) }
    }

    #[inline]
    pub(super) async fn phase(&self) -> Phase {
        self.checkpoint.lock().await.phase
    }

    #[inline]
    pub(super) async fn counts(&self) -> Counts {
        self.checkpoint.lock().await.counts
    }

    /// Returns where a segment continues; `None` if it is finished.
    #[inline]
    pub(super) async fn start(&self, segment: u32) -> Option<Option<Item>> {
        self.checkpoint.lock().await.segments.get(&segment).and_then(Position::start)
    }

    /// Records the progress of a segment.
    #[inline]
    pub(super) async fn advance(&self, segment: u32, position: Position, counts: Counts) -> Result<()> {
        let mut checkpoint = self.checkpoint.clone().lock_owned().await;
        checkpoint.segments.insert(segment, position);
        checkpoint.counts += counts;
        self.save(checkpoint).await
    }

    /// Records the counts besides the progress of the segments.
    #[inline]
    pub(super) async fn add(&self, counts: Counts) -> Result<()> {
        let mut checkpoint = self.checkpoint.clone().lock_owned().await;
        checkpoint.counts += counts;
        self.save(checkpoint).await
    }

    /// Records that a finished migration starts again.
    #[inline]
    pub(super) async fn restart(&self, begin: Checkpoint) -> Result<()> {
        let mut checkpoint = self.checkpoint.clone().lock_owned().await;
        *checkpoint = begin;
        self.save(checkpoint).await
    }

    /// Records that all segments are done, and the next phase.
    #[inline]
    pub(super) async fn enter(&self, phase: Phase) -> Result<()> {
        let mut checkpoint = self.checkpoint.clone().lock_owned().await;
        checkpoint.phase = phase;
        self.save(checkpoint).await
    }

    /// Removes the file of a completed migration.
    #[inline]
    pub(super) async fn close(&self) -> Result<()> {
        match self.file.clone() {
            Some(file) => blocking(move || file.remove()).await,
            None => Ok(()),
        }
    }

    /// Waits for a pending write of a segment that has already ended.
    #[inline]
    pub(super) async fn settle(&self) {
        drop(self.checkpoint.lock().await);
    }

    #[inline]
    async fn save(&self, checkpoint: OwnedMutexGuard<Checkpoint>) -> Result<()> {
        let Some(file) = self.file.clone() else { return Ok(()) };
        let text = checkpoint.encode()?;
        blocking(move || {
            let written = file.write(&text);
            // In this order: the next user of the checkpoint must not find the file locked.
            drop(file);
            drop(checkpoint);
            written
        })
        .await
    }
}

/// Writes to disk on another thread.
#[inline]
async fn blocking(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    match tokio_runtime()?.spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Error::new(ErrorKind::Unavailable, "the program is shutting down").with_source(error)),
    }
}

#[inline]
fn compare(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>, file: &CheckpointFile) -> Result<()> {
    let mut names = found.keys().chain(expected.keys());
    match names.find(|name| found.get(*name) != expected.get(*name)) {
        Some(name) => Err(of_another(file, name, found.get(name).map_or("none", String::as_str))),
        None => Ok(()),
    }
}

#[inline]
fn of_another(file: &CheckpointFile, parameter: &str, value: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "{} is the checkpoint of a migration with another \"{parameter}\" ({value}), so nothing was done; run that one to \
             its end, or name another file",
            file.path().display()
        ),
    )
}
