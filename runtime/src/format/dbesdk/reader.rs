//! Reads bytes sequentially, each once.

/// The remaining bytes. Each read returns `None` if there are not enough.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let [byte] = self.array()?;
        Some(byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<usize> {
        self.array().map(u32::from_be_bytes).and_then(|number| usize::try_from(number).ok())
    }

    /// Reads bytes after their length in two bytes.
    pub(super) fn short(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(length.into())
    }

    /// Reads UTF-8 after its length in two bytes.
    pub(super) fn short_text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.short()?).ok()
    }
}

/// Appends bytes after their length in two bytes; `None` if there are more than 65,535.
pub(super) fn put_short(bytes: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
    buffer.extend_from_slice(&u16::try_from(bytes.len()).ok()?.to_be_bytes());
    buffer.extend_from_slice(bytes);
    Some(())
}
