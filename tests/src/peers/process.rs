//! A program that answers lines with lines, each within a time limit.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::error::PeerError;

/// The number of characters of an invalid response that an error repeats.
const EXCERPT: usize = 500;

/// The time limit for the rest of the standard error output of a process that ended.
const STDERR_WITHIN: Duration = Duration::from_secs(2);

/// Each pipe has its own thread, so a process that stops reading or writing in the middle of a line blocks only that
/// thread.
#[derive(Debug)]
pub(super) struct Process {
    name: &'static str,
    child: Child,
    requests: Sender<String>,
    responses: Receiver<io::Result<String>>,
    stderr: Receiver<Vec<u8>>,
    pub(super) respond_within: Duration,
}

impl Process {
    pub(super) fn start(
        name: &'static str,
        command: &mut Command,
        respond_within: Duration,
    ) -> Result<Self, PeerError> {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| PeerError::NotPrepared {
            attempt: format!("start the {name} peer"),
            output: error.to_string(),
        })?;
        let requests = writer(child.stdin.take());
        let responses = lines(child.stdout.take());
        let stderr = everything(child.stderr.take());
        Ok(Self { name, child, requests, responses, stderr, respond_within })
    }

    pub(super) fn ask(&mut self, request: &Value) -> Result<Value, PeerError> {
        // If the process has ended, there is no response either, and that is reported.
        let _ = self.requests.send(format!("{request}\n"));
        match self.responses.recv_timeout(self.respond_within) {
            Ok(Ok(line)) => serde_json::from_str(&line).map_err(|_| self.nonsense(&line)),
            Ok(Err(error)) => Err(self.failed(&format!("gave an answer that cannot be read ({error})"))),
            Err(RecvTimeoutError::Timeout) => {
                Err(self.failed(&format!("did not answer within {:?}", self.respond_within)))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.failed("ended without an answer")),
        }
    }

    pub(super) fn nonsense(&mut self, response: &str) -> PeerError {
        let excerpt: String = response.chars().take(EXCERPT).collect();
        self.failed(&format!("answered nonsense: {excerpt}"))
    }

    /// Ends the process, because its responses would no longer match the requests, and keeps its last output.
    fn failed(&mut self, problem: &str) -> PeerError {
        let already_ended = self.child.try_wait().ok().flatten();
        self.end();
        let mut stderr = Vec::new();
        while let Ok(piece) = self.stderr.recv_timeout(STDERR_WITHIN) {
            stderr.extend(piece);
        }
        let status = already_ended.map(|status| format!(" ({status})")).unwrap_or_default();
        PeerError::Failed {
            peer: self.name,
            problem: format!("{problem}{status}"),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    fn end(&mut self) {
        // Both fail only if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn writer(stdin: Option<ChildStdin>) -> Sender<String> {
    let (sender, requests) = channel::<String>();
    if let Some(mut stdin) = stdin {
        thread::spawn(move || {
            requests.iter().try_for_each(|line| stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()))
        });
    }
    sender
}

fn lines(stdout: Option<impl Read + Send + 'static>) -> Receiver<io::Result<String>> {
    let (sender, lines) = channel();
    if let Some(stdout) = stdout {
        thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| sender.send(line)));
    }
    lines
}

fn everything(stderr: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, pieces) = channel();
    if let Some(mut stderr) = stderr {
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                let Some(piece) = buffer.get(..count) else { break };
                if sender.send(piece.to_vec()).is_err() {
                    break;
                }
            }
        });
    }
    pieces
}
