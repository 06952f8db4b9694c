//! Overwriting memory that held plaintext.

use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Overwrites a buffer as a whole, beyond its length, too, and leaves it empty.
///
/// `Zeroize` writes one byte at a time, which for a large value takes as long as encrypting it.
pub(crate) fn wipe(buffer: &mut Vec<u8>) {
    // Writing no bytes at no address is slow on some processors.
    if buffer.capacity() == 0 {
        return;
    }
    buffer.clear();
    buffer.resize(buffer.capacity(), 0);
    optimization_barrier(buffer.as_slice());
    buffer.clear();
}

/// A buffer with plaintext, which is overwritten when it is dropped.
pub(crate) struct PlaintextBuffer(Vec<u8>);

impl PlaintextBuffer {
    /// Never grow it beyond the capacity: that would leave a copy behind.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// The buffer itself, for what is no plaintext any more, or belongs to somebody else from now on.
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
