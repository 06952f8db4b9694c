//! One item encrypted and decrypted in either format, compared with the cryptography alone.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use dynaseal::{AttributeValue, Item, ItemEncryptor};

use crate::bare::Primitives;
use crate::ratio::Ratio;
use crate::shape::Shape;

/// The same work in two implementations.
pub(crate) struct Contest<P: Primitives> {
    pub(crate) shape: Shape,
    encryptor: ItemEncryptor,
    stored: Item,
    bare: P,
    bare_stored: P::Buffers,
}

/// The input and output of one run. Both are created and dropped while the clock is stopped.
pub(crate) struct Slot<P: Primitives> {
    item: Item,
    buffers: P::Buffers,
}

impl<P: Primitives> Contest<P> {
    pub(crate) fn new(shape: Shape) -> Self {
        let encryptor = P::encryptor();
        let stored = ready(encryptor.encrypt(shape.item.clone(), &shape.actions, &shape.context)).unwrap();

        // Checks that the item of the primitives is readable, so that they do all the necessary work.
        let bare = P::new(&shape);
        let mut bare_stored = bare.buffers().clone();
        bare.encrypt(&mut bare_stored);
        let item = bare.stored_item(&shape, &bare_stored);
        assert_eq!(ready(encryptor.decrypt(item, &shape.actions, &shape.context)).unwrap(), shape.item);
        Self { shape, encryptor, stored, bare, bare_stored }
    }

    pub(crate) fn encrypt(&self, slot: &mut Slot<P>) {
        let item = std::mem::take(&mut slot.item);
        slot.item = ready(self.encryptor.encrypt(item, &self.shape.actions, &self.shape.context)).unwrap();
    }

    pub(crate) fn decrypt(&self, slot: &mut Slot<P>) {
        let item = std::mem::take(&mut slot.item);
        slot.item = ready(self.encryptor.decrypt(item, &self.shape.actions, &self.shape.context)).unwrap();
    }

    pub(crate) fn bare_encrypt(&self, slot: &mut Slot<P>) {
        self.bare.encrypt(&mut slot.buffers);
    }

    pub(crate) fn bare_decrypt(&self, slot: &mut Slot<P>) {
        self.bare.decrypt(&mut slot.buffers);
    }

    pub(crate) fn slot(&self, operation: &str) -> Slot<P> {
        match operation {
            "encrypt" => Slot { item: copy(&self.shape.item), buffers: self.bare.buffers().clone() },
            _ => Slot { item: copy(&self.stored), buffers: self.bare_stored.clone() },
        }
    }

    /// Alternates both: on a machine that is busy or changes its clock, only measurements of the same moment are
    /// comparable.
    pub(crate) fn ratio(&self, operation: &'static str) -> Ratio {
        match operation {
            "encrypt" => self.ratio_of(operation, Self::bare_encrypt, Self::encrypt),
            _ => self.ratio_of(operation, Self::bare_decrypt, Self::decrypt),
        }
    }

    /// Returns the time of the cryptography alone, in microseconds.
    pub(crate) fn measure_bare(&self, operation: &str) -> f64 {
        self.measure(operation, if operation == "encrypt" { Self::bare_encrypt } else { Self::bare_decrypt })
    }

    fn ratio_of(&self, operation: &str, bare: fn(&Self, &mut Slot<P>), ours: fn(&Self, &mut Slot<P>)) -> Ratio {
        Ratio::of(|| self.measure(operation, bare), || self.measure(operation, ours))
    }

    /// Returns the time for one item, in microseconds.
    fn measure(&self, operation: &str, work: fn(&Self, &mut Slot<P>)) -> f64 {
        let mut slots: Vec<Slot<P>> = (0..self.shape.batch).map(|_| self.slot(operation)).collect();
        let start = Instant::now();
        for slot in &mut slots {
            work(self, black_box(slot));
        }
        start.elapsed().as_secs_f64() * 1e6 / self.shape.batch as f64
    }
}

/// glibc returns freed memory to the system until a program frees a large block for the first time. Until then, large
/// items would measure page faults, which do not occur in long-running programs.
pub(crate) fn keep_freed_memory() {
    drop(black_box(vec![1_u8; 16 << 20]));
}

/// Returns an item that shares no memory with another, like one that was just read. The binaries of a clone share their
/// bytes.
pub(crate) fn copy(item: &Item) -> Item {
    let value = |value: &AttributeValue| match value {
        AttributeValue::B(blob) => AttributeValue::B(blob.as_ref().to_vec().into()),
        other => other.clone(),
    };
    item.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect()
}

/// Keys in the process never wait, so no runtime is measured.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the keys waited"),
    }
}
