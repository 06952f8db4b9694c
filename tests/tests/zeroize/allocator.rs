//! An allocator that looks for secrets in every block of memory that is freed.
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How many bytes of a secret are looked for.
pub(super) const LENGTH: usize = 16;

/// What is remembered of secrets is masked, so that it is none itself.
const MASK: u64 = 0x5a17_c3e9_6b2d_84f0;

const SLOTS: usize = 16;

static SECRETS: [[AtomicU64; 2]; SLOTS] = [const { [AtomicU64::new(0), AtomicU64::new(0)] }; SLOTS];
static COUNT: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which looks for the secrets that it is told of.
pub(super) struct Checking;

impl Checking {
    /// Forgets the secrets and what was found.
    pub(super) fn reset() {
        COUNT.store(0, Ordering::SeqCst);
        FOUND.store(0, Ordering::SeqCst);
    }

    /// Looks for the first bytes of this secret from now on.
    pub(super) fn look_for(secret: &[u8]) {
        let slot = COUNT.load(Ordering::SeqCst);
        let (words, _) = secret.as_chunks::<8>();
        for (place, word) in SECRETS[slot].iter().zip(words) {
            place.store(u64::from_ne_bytes(*word) ^ MASK, Ordering::SeqCst);
        }
        COUNT.store(slot + 1, Ordering::SeqCst);
    }

    /// How many freed blocks had a secret in them.
    pub(super) fn found() -> usize {
        FOUND.load(Ordering::SeqCst)
    }

    fn check(block: *mut u8, length: usize) {
        // What is compared stays masked: the two halves side by side on the stack would be a copy, and end up in the memory of
        // whatever is moved to the heap from there.
        let holds = |secret: &[AtomicU64; 2]| {
            let [first, second] = secret.each_ref().map(|word| word.load(Ordering::Relaxed));
            (0..(length + 1).saturating_sub(LENGTH))
                .any(|start| word(block, start) ^ MASK == first && word(block, start + 8) ^ MASK == second)
        };
        if SECRETS.iter().take(COUNT.load(Ordering::SeqCst)).any(holds) {
            FOUND.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Eight bytes of a block, which has them.
fn word(block: *mut u8, start: usize) -> u64 {
    // SAFETY: the caller stays within a block that is still allocated, and bytes have no alignment. The read is volatile
    // because some of it may never have been written, which the compiler must not draw conclusions from.
    u64::from_ne_bytes(unsafe { block.add(start).cast::<[u8; 8]>().read_volatile() })
}

// SAFETY: every block comes from the system's allocator and goes back to it with the layout that it was asked for with.
unsafe impl GlobalAlloc for Checking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::check(block, layout.size());
        // SAFETY: as this function. What is found is wiped, or it would be found again in the next block at this place.
        unsafe {
            block.write_bytes(0, layout.size());
            System.dealloc(block, layout);
        }
    }

    // `realloc` is left to the trait, which allocates, copies and frees: so that every block left behind is looked at.
}
