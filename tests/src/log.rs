//! What a test writes to `tracing`: its own thread, and with that its own runtime.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use tracing_subscriber::fmt::format::FmtSpan;

thread_local! {
    static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes down events from here on, and spans when they close. The first call belongs before anything that has any.
///
/// All threads share one subscriber. With one for each, a thread that has none could be the first to come upon an
/// event, and `tracing` would then remember that nobody is interested in it.
pub fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let lines = tracing_subscriber::fmt().with_writer(|| Writer).with_ansi(false);
        lines.with_span_events(FmtSpan::CLOSE).init();
    });
    WRITTEN.take();
}

/// What was written since this or [`listen`] was called last.
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
