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

/// Modules need not cope with being initialized by two threads at once.
static OPENING: Mutex<()> = Mutex::new(());

pub(super) struct Sessions {
    library: Pkcs11,
    slot: Slot,
    label: String,
    pin: AuthPin,
    idle: Mutex<Vec<KeySession>>,
}

/// A session with the handles of the keys that were used in it. Handles may become invalid when no session is left, so none
/// outlives its session.
pub(super) struct KeySession {
    session: Session,
    handles: Vec<(KeyName, ObjectHandle)>,
}

/// What a key is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyName {
    pub(super) class: ObjectClass,
    /// Symmetric signing keys go by several types.
    pub(super) key_type: Option<KeyType>,
    pub(super) label: String,
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

    /// After a failure all sessions are suspect: the token may have been unplugged or restarted.
    fn call<T>(&self, job: impl FnOnce(&mut KeySession) -> TokenResult<T>) -> Result<T> {
        let outcome = self.session().and_then(|mut session| {
            let answer = job(&mut session)?;
            self.idle().push(session);
            Ok(answer)
        });
        outcome.map_err(|error| {
            self.idle().clear();
            Error::materials(format!("the PKCS#11 token {:?} failed: {error}", self.label))
        })
    }

    /// A session that nobody else uses.
    fn session(&self) -> TokenResult<KeySession> {
        if let Some(session) = self.idle().pop() {
            return Ok(session);
        }
        let session = self.library.open_ro_session(self.slot)?;
        match session.login(UserType::User, Some(&self.pin)) {
            // Who is logged in is a matter of the token, not of the session.
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
    /// How many keys the token has of this name.
    pub(super) fn count(&self, key: &KeyName) -> TokenResult<usize> {
        Ok(self.session.find_objects(&key.template())?.len())
    }

    /// The session and the key in it.
    pub(super) fn with_key(&mut self, key: &KeyName) -> TokenResult<(&Session, ObjectHandle)> {
        if let Some((_, handle)) = self.handles.iter().find(|(known, _)| known == key) {
            return Ok((&self.session, *handle));
        }
        match self.session.find_objects(&key.template())?[..] {
            [handle] => {
                self.handles.push((key.clone(), handle));
                Ok((&self.session, handle))
            }
            // There was one when the program looked for it.
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

/// Runs `job` where it may block.
pub(super) async fn run<T: Send + 'static>(
    sessions: Arc<Sessions>,
    job: impl FnOnce(&mut KeySession) -> TokenResult<T> + Send + 'static,
) -> Result<T> {
    blocking(move || sessions.call(job)).await
}

/// Tells what the token finds wrong with an item (`None`) from what keeps it from looking at one.
///
/// Tokens disagree on the code for a wrong wrapped key, so it is the other failures that are listed.
pub(super) fn found_wrong<T>(answer: TokenResult<T>) -> TokenResult<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
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
        Ok(answer) => answer,
        Err(_) => Err(Error::materials("the call to the PKCS#11 token was cut off; is the runtime shutting down?")),
    }
}

fn load(module: &Path) -> Result<Pkcs11> {
    let failed = |error| Error::materials(format!("the PKCS#11 module {} cannot be used: {error}", module.display()));
    let library = Pkcs11::new(module).map_err(failed)?;
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // A module is initialized once per process; another part of the program may have done it.
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
        [] => Err(Error::materials(format!("there is no PKCS#11 token labelled {label:?}"))),
        _ => Err(Error::materials(format!("there is more than one PKCS#11 token labelled {label:?}"))),
    }
}
