//! Overwriting memory that held plaintext.

use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Overwrites the whole capacity of a buffer, and leaves it empty.
///
/// `Zeroize` writes one byte at a time, which takes as long as encryption for a large value.
pub(crate) fn wipe(buffer: &mut Vec<u8>) {
    // Writing zero bytes at no address is slow on some processors.
    if buffer.capacity() == 0 {
        return;
    }
    buffer.clear();
    buffer.resize(buffer.capacity(), 0);
    optimization_barrier(buffer.as_slice());
    buffer.clear();
}

/// A buffer of plaintext or keys, which is overwritten when it is dropped.
pub(crate) struct PlaintextBuffer(Vec<u8>);

impl PlaintextBuffer {
    /// Creates a buffer. It must never grow beyond its capacity, which would leave a copy behind.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Takes the buffer, when it no longer contains plaintext or has another owner from now on.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl From<Vec<u8>> for PlaintextBuffer {
    fn from(buffer: Vec<u8>) -> Self {
        Self(buffer)
    }
}

impl Deref for PlaintextBuffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for PlaintextBuffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for PlaintextBuffer {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}
