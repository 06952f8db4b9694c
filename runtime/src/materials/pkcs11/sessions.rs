//! Logged-in sessions, and the threads that wait for the token.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as TokenError, Result as TokenResult, RvError};
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use tokio::runtime::Handle;

use crate::error::{Error, Result};

/// Serializes initialization, which a module need not support from two threads at once.
static OPENING: Mutex<()> = Mutex::new(());

pub(crate) struct Sessions {
    library: Pkcs11,
    slot: Slot,
    label: String,
    pin: AuthPin,
    idle: Mutex<Vec<KeySession>>,
}

/// A session with the handles of the keys used in it. Handles may become invalid once no session is left, so none outlives
/// its session.
pub(crate) struct KeySession {
    session: Session,
    handles: Vec<(KeyName, ObjectHandle)>,
}

/// The attributes that identify a key in the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyName {
    pub(crate) class: ObjectClass,
    /// `None` for symmetric signing keys, which have several types.
    pub(crate) key_type: Option<KeyType>,
    pub(crate) label: String,
}

impl Sessions {
    pub(super) async fn open(module: PathBuf, label: String, pin: String) -> Result<Self> {
        let pin = AuthPin::from(pin);
        blocking(move || {
            let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
            let library = load(&module)?;
            let slot = find_slot(&library, &label)?;
            let sessions = Self { library, slot, label, pin, idle: Mutex::default() };
            sessions.call(|_| Ok(()))?;
            Ok(sessions)
        })
        .await
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// Runs `job` in a session. After a failure all sessions are discarded: the token may have been unplugged or restarted.
    fn call<T>(&self, job: impl FnOnce(&mut KeySession) -> TokenResult<T>) -> Result<T> {
        let outcome = self.session().and_then(|mut session| {
            let response = job(&mut session)?;
            self.idle().push(session);
            Ok(response)
        });
        outcome.map_err(|error| {
            self.idle().clear();
            Error::materials(format!("the PKCS#11 token {:?} failed: {error}", self.label))
        })
    }

    /// Returns a session that no other thread uses.
    fn session(&self) -> TokenResult<KeySession> {
        if let Some(session) = self.idle().pop() {
            return Ok(session);
        }
        let session = self.library.open_ro_session(self.slot)?;
        match session.login(UserType::User, Some(&self.pin)) {
            // The login belongs to the token, not to the session.
            Ok(()) | Err(TokenError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                Ok(KeySession { session, handles: Vec::new() })
            }
            Err(error) => Err(error),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<KeySession>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeySession {
    /// Returns the number of keys with this name.
    pub(super) fn count(&self, key: &KeyName) -> TokenResult<usize> {
        Ok(self.session.find_objects(&key.template())?.len())
    }

    /// Returns the session and the key's handle in it.
    pub(crate) fn with_key(&mut self, key: &KeyName) -> TokenResult<(&Session, ObjectHandle)> {
        if let Some((_, handle)) = self.handles.iter().find(|(known, _)| known == key) {
            return Ok((&self.session, *handle));
        }
        match self.session.find_objects(&key.template())?[..] {
            [handle] => {
                self.handles.push((key.clone(), handle));
                Ok((&self.session, handle))
            }
            // The key existed when the program looked it up.
            _ => Err(TokenError::InvalidValue),
        }
    }
}

impl KeyName {
    fn template(&self) -> Vec<Attribute> {
        let mut template = vec![Attribute::Class(self.class), Attribute::Label(self.label.as_bytes().to_vec())];
        template.extend(self.key_type.map(Attribute::KeyType));
        template
    }
}

/// Runs `job` on a thread that may block.
pub(super) async fn run<T: Send + 'static>(
    sessions: Arc<Sessions>,
    job: impl FnOnce(&mut KeySession) -> TokenResult<T> + Send + 'static,
) -> Result<T> {
    blocking(move || sessions.call(job)).await
}

/// Separates the rejection of an item (`None`) from a failure of the token (an error).
///
/// Tokens return different codes for a wrong wrapped key, so the failures of the token are listed instead.
pub(crate) fn found_wrong<T>(response: TokenResult<T>) -> TokenResult<Option<T>> {
    match response {
        Ok(response) => Ok(Some(response)),
        Err(TokenError::Pkcs11(code, _)) if !is_about_the_token(code) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_about_the_token(code: RvError) -> bool {
    matches!(
        code,
        RvError::CryptokiNotInitialized
            | RvError::DeviceError
            | RvError::DeviceMemory
            | RvError::DeviceRemoved
            | RvError::FunctionCanceled
            | RvError::FunctionNotSupported
            | RvError::HostMemory
            | RvError::KeyFunctionNotPermitted
            | RvError::KeyHandleInvalid
            | RvError::KeySizeRange
            | RvError::KeyTypeInconsistent
            | RvError::MechanismInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::SessionClosed
            | RvError::SessionCount
            | RvError::SessionHandleInvalid
            | RvError::TemplateIncomplete
            | RvError::TemplateInconsistent
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::UnwrappingKeyHandleInvalid
            | RvError::UnwrappingKeySizeRange
            | RvError::UnwrappingKeyTypeInconsistent
            | RvError::UserNotLoggedIn
    )
}

async fn blocking<T: Send + 'static>(job: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let runtime = Handle::try_current().map_err(|_| Error::materials("PKCS#11 tokens need a Tokio runtime"))?;
    match runtime.spawn_blocking(job).await {
        Ok(response) => response,
        Err(_) => Err(Error::materials("the call to the PKCS#11 token was cut off; is the runtime shutting down?")),
    }
}

fn load(module: &Path) -> Result<Pkcs11> {
    let failed = |error| Error::materials(format!("the PKCS#11 module {} cannot be used: {error}", module.display()));
    let library = Pkcs11::new(module).map_err(failed)?;
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // A module is initialized once per process, possibly by another part of the program.
        Ok(()) | Err(TokenError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(library),
        Err(error) => Err(failed(error)),
    }
}

fn find_slot(library: &Pkcs11, label: &str) -> Result<Slot> {
    let failed = |error| Error::materials(format!("the PKCS#11 module cannot list its tokens: {error}"));
    let mut found = Vec::new();
    for slot in library.get_slots_with_token().map_err(failed)? {
        if library.get_token_info(slot).map_err(failed)?.label() == label {
            found.push(slot);
        }
    }
    match found[..] {
        [slot] => Ok(slot),
        [] => Err(Error::materials(format!("there is no PKCS#11 token labeled {label:?}"))),
        _ => Err(Error::materials(format!("there is more than one PKCS#11 token labeled {label:?}"))),
    }
}
