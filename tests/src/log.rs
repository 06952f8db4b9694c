//! The `tracing` output of a test, which uses one thread for itself and its runtime.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use tracing_subscriber::fmt::format::FmtSpan;

thread_local! {
    static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Records events and closed spans from here on. The first call must precede the first event.
///
/// All threads share one subscriber. With one subscriber for each thread, a thread without one could reach an event
/// first, and `tracing` would then cache that nobody is interested in it.
pub fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let lines = tracing_subscriber::fmt().with_writer(|| Writer).with_ansi(false);
        lines.with_span_events(FmtSpan::CLOSE).init();
    });
    WRITTEN.take();
}

/// Returns the output since the last call of this or of [`listen`].
#[must_use]
pub fn take() -> String {
    String::from_utf8_lossy(&WRITTEN.take()).into_owned()
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| written.extend(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
