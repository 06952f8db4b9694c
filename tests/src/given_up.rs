//! Callers that cancel an operation.

use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that is polled a number of times and then dropped; `None` if it was not complete by then.
#[derive(Debug)]
pub struct GivenUp<'a, F> {
    future: Pin<&'a mut F>,
    polls: usize,
}

impl<'a, F: Future> GivenUp<'a, F> {
    /// Cancels after this many polls. Counting up from zero cancels at every point where the future waits.
    pub fn after(polls: usize, future: Pin<&'a mut F>) -> Self {
        Self { future, polls }
    }
}

impl<F: Future> Future for GivenUp<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.polls.checked_sub(1) else { return Poll::Ready(None) };
        self.polls = left;
        let polled = self.future.as_mut().poll(context).map(Some);
        if polled.is_pending() && left == 0 { Poll::Ready(None) } else { polled }
    }
}
