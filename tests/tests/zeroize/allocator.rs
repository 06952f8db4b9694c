//! An allocator that searches every freed block of memory for secrets, and records how much memory is in use.
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The number of bytes of a secret that are searched for.
pub(super) const LENGTH: usize = 16;

/// Recorded secrets are masked, so that the record itself is not found.
const MASK: u64 = 0x5a17_c3e9_6b2d_84f0;

const SLOTS: usize = 16;

static SECRETS: [[AtomicU64; 2]; SLOTS] = [const { [AtomicU64::new(0), AtomicU64::new(0)] }; SLOTS];
static COUNT: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which searches for the registered secrets.
pub(super) struct Checking;

impl Checking {
    /// Clears the secrets and the results.
    pub(super) fn reset() {
        COUNT.store(0, Ordering::SeqCst);
        FOUND.store(0, Ordering::SeqCst);
    }

    /// Searches for the first bytes of this secret from now on.
    pub(super) fn look_for(secret: &[u8]) {
        let slot = COUNT.load(Ordering::SeqCst);
        let (words, _) = secret.as_chunks::<8>();
        for (place, word) in SECRETS[slot].iter().zip(words) {
            place.store(u64::from_ne_bytes(*word) ^ MASK, Ordering::SeqCst);
        }
        COUNT.store(slot + 1, Ordering::SeqCst);
    }

    /// Returns the number of freed blocks that contained a secret.
    pub(super) fn found() -> usize {
        FOUND.load(Ordering::SeqCst)
    }

    /// Returns the number of bytes in use, and begins to record their maximum.
    pub(super) fn live() -> usize {
        let live = LIVE.load(Ordering::SeqCst);
        PEAK.store(live, Ordering::SeqCst);
        live
    }

    /// Returns the maximum of the bytes in use since the last call of [`live`](Self::live).
    pub(super) fn peak() -> usize {
        PEAK.load(Ordering::SeqCst)
    }

    fn check(block: *mut u8, length: usize) {
        // The comparison uses masked values: two unmasked halves next to each other on the stack would be a copy, which
        // could be moved to the heap.
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

/// Reads eight bytes of a block that is long enough.
fn word(block: *mut u8, start: usize) -> u64 {
    // SAFETY: the caller stays within a block that is still allocated and was zeroed, and bytes have no alignment. The read
    // is volatile because the compiler believes that some of it was never written, and must not draw conclusions from that.
    u64::from_ne_bytes(unsafe { block.add(start).cast::<[u8; 8]>().read_volatile() })
}

// SAFETY: every block comes from the system's allocator, and is returned to it with the layout of its allocation.
unsafe impl GlobalAlloc for Checking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::SeqCst) + layout.size();
        PEAK.fetch_max(live, Ordering::SeqCst);
        // SAFETY: as this function. A library in C, such as the module of a token, shares the heap: what it leaves there
        // is not to be found in a block that Rust has not written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::check(block, layout.size());
        LIVE.fetch_sub(layout.size(), Ordering::SeqCst);
        // SAFETY: as this function. A secret that was found is overwritten, so that it is not found again in the next
        // block at this place.
        unsafe {
            block.write_bytes(0, layout.size());
            System.dealloc(block, layout);
        }
    }

    // `realloc` uses the default of the trait, which allocates, copies and frees, so that every block is searched.
}
