//! Errors of a peer.

use std::fmt;

use serde::Deserialize as _;
use serde_json::Value;

/// The reason why a peer gave no response.
#[derive(Debug)]
pub enum PeerError {
    /// A program that the peer needs is not installed on this machine.
    Missing(String),
    /// The peer could not be installed, built or started.
    NotPrepared {
        /// The step that failed.
        attempt: String,
        /// The output of the programs involved.
        output: String,
    },
    /// The peer's process failed.
    Failed {
        /// The name of the peer.
        peer: &'static str,
        /// The failure.
        problem: String,
        /// The standard error output of the peer.
        stderr: String,
    },
    /// The client rejected the whole request.
    Rejected(ClientError),
}

/// An error of a client, with its own text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClientError {
    /// The qualified name of the error's class.
    pub class: String,
    /// The error's text.
    pub message: String,
    /// The cause of this error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<ClientError>>,
}

impl ClientError {
    pub(super) fn from_json(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }
}

impl fmt::Display for PeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(reason) => f.write_str(reason),
            Self::NotPrepared { attempt, output } => write!(f, "cannot {attempt}:\n{output}"),
            Self::Failed { peer, problem, stderr } => {
                write!(f, "the {peer} peer {problem}; its standard error:\n{stderr}")
            }
            Self::Rejected(error) => write!(f, "the client rejected the request: {error}"),
        }
    }
}

impl std::error::Error for PeerError {}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)?;
        match &self.cause {
            Some(cause) => write!(f, ", caused by {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ClientError {}
