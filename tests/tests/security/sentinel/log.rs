//! All output of `tracing`.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Subscribes to the whole process at TRACE: to all targets, and to those of this crate alone.
    pub(crate) fn install() -> (Self, Self) {
        let (all, ours) = (Self::default(), Self::default());
        let writer = |log: &Self| {
            let log = log.clone();
            move || log.clone()
        };
        let of_all = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(writer(&all))
            .with_ansi(false)
            .with_filter(LevelFilter::TRACE);
        let of_ours = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(writer(&ours))
            .with_ansi(false)
            .with_filter(Targets::new().with_target("dynaseal", LevelFilter::TRACE));
        tracing_subscriber::registry().with(of_all).with(of_ours).init();
        (all, ours)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
