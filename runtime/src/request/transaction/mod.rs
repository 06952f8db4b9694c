//! Transactions: operations on items of several repositories that are executed atomically.

mod get;
mod operation;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::table::{EncryptedTransaction, Operation, Unfinished, all_or_reasons};

pub use get::{Gets, TransactGet, transact_get};
pub use operation::{Check, CheckUnchanged, TransactionOperation};

/// How long DynamoDB remembers a token.
const TOKEN_LIFETIME: Duration = Duration::from_secs(600);

/// Up to 100 operations on items of any entities and tables that are executed atomically.
///
/// Operations are the requests that are otherwise awaited individually, and checks:
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::{EncryptedItem, Repository, Transaction, transact_get};
/// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
///
/// #[derive(Clone, Debug, PartialEq, EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
/// }
///
/// #[derive(Clone, Debug, PartialEq, EncryptedItem)]
/// struct Team {
///     #[partition_key]
///     name: String,
///     #[do_nothing]
///     members: u64,
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// # let employees: Repository<Employee> = Repository::builder(client.clone()).table("employees").materials(provider.clone()).build();
/// # let teams: Repository<Team> = Repository::builder(client).table("teams").materials(provider).build();
/// # employees.create_table().await?;
/// # teams.create_table().await?;
/// # teams.put(&Team { name: "legal".into(), members: 4 }).await?;
/// let ada = Employee { employee_id: "e-1".into(), salary: 4200 };
/// Transaction::new()
///     .with(employees.create(&ada))
///     .with(teams.update_in_place("legal", Team::fields().members.add(1)))
///     .await?;
///
/// let (employee, team) = transact_get((employees.get("e-1"), teams.get("legal"))).await?;
/// assert_eq!((employee, team.map(|team| team.members)), (Some(ada), Some(5)));
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
///
/// # Sending it again
/// The first [`send`](Self::send) encrypts the items, and the transaction keeps them together with a token. If the
/// response is lost, sending the same object again determines the outcome without executing it twice. A newly built
/// transaction is a different one, because ciphertexts differ every time: with the same token DynamoDB rejects it, and
/// the error is `Usage`.
///
/// # Errors
/// If one operation fails, none is executed. [`Error::cancellation_reasons`] has the reason for each of them, in order,
/// with the kind that the request would fail with by itself; the error's own kind is that of the first reason that a
/// retry does not resolve. In addition `Usage` for two operations on one item or more than 100, `TooLarge` above 4 MB,
/// and `OutcomeUnknown` if no attempt had a clear response.
#[must_use = "nothing happens until the transaction is awaited or sent"]
#[derive(Default)]
pub struct Transaction {
    operations: Vec<Result<Operation>>,
    token: Option<String>,
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Open,
    /// The items are encrypted. The time is that of the first attempt without a clear response.
    EncryptedTransaction(Option<EncryptedTransaction>, Option<Instant>),
    Done,
}

impl Transaction {
    /// Creates a transaction without operations, which does nothing.
    ///
    #[doc = example!(employees)]
    /// Transaction::new().await?; // nothing is sent
    #[doc = example!(end)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an operation.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let mut read = employees.fetch("e-1").await?.expect("she was written");
    /// read.salary += 300;
    /// let bob = Employee { employee_id: "e-2".into(), ..ada };
    /// Transaction::new().with(employees.save(read)).with(employees.create(&bob)).await?; // all or nothing
    #[doc = example!(end)]
    pub fn with(mut self, operation: impl TransactionOperation) -> Self {
        self.operations.push(operation.into_operation().0);
        self
    }

    /// Sets a token of 1 to 36 bytes instead of a random one. DynamoDB remembers it for ten minutes, and rejects other
    /// lengths.
    ///
    #[doc = example!(employees)]
    /// let request_id = "4f1c7a52"; // of the request that the program answers
    /// Transaction::new().token(request_id).with(employees.create(&ada)).await?;
    #[doc = example!(end)]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Returns the number of operations.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(Transaction::new().with(employees.put(&ada)).len(), 1);
    #[doc = example!(end)]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Returns whether there are no operations.
    ///
    #[doc = example!(employees)]
    /// assert!(Transaction::new().is_empty());
    #[doc = example!(end)]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Sends the transaction, or sends it again after a lost response; does nothing if it is known to have been
    /// executed.
    ///
    #[doc = example!(employees)]
    /// let mut transaction = Transaction::new().with(employees.create(&ada));
    /// while let Err(error) = transaction.send().await {
    ///     if error.kind() != ErrorKind::OutcomeUnknown && !error.is_retryable() {
    ///         return Err(error);
    ///     }
    /// }
    #[doc = example!(end)]
    ///
    /// # Errors
    /// See [`Transaction`]. After `OutcomeUnknown`, or if the caller stopped waiting, it can be sent again for ten
    /// minutes. After other errors nothing was executed, and it can be sent again, unless an operation itself is
    /// invalid.
    pub async fn send(&mut self) -> Result<()> {
        if matches!(self.state, State::Open) {
            let token = match &self.token {
                Some(token) => token.clone(),
                None => random_token()?,
            };
            let operations = all_or_reasons(self.operations.iter_mut().map(take).collect())?;
            self.state = State::EncryptedTransaction(EncryptedTransaction::new(operations, token).await?, None);
        }
        let State::EncryptedTransaction(Some(sealed), unclear_since) = &mut self.state else { return Ok(()) };
        if unclear_since.is_some_and(|since| since.elapsed() >= TOKEN_LIFETIME) {
            return Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the transaction was sent more than ten minutes ago, and the \
                 service does not remember it any more; read the items to find out whether it happened",
            ));
        }
        // The outcome is unknown until there is a response: the caller may stop waiting at any time.
        let was_unclear = unclear_since.is_some();
        unclear_since.get_or_insert_with(Instant::now);
        match sealed.send().await {
            Ok(()) => {
                self.state = State::Done;
                Ok(())
            }
            Err(Unfinished::Rejected(error)) if error.is_retryable() && was_unclear => Err(unclear(error)),
            Err(Unfinished::Rejected(error)) => {
                *unclear_since = None;
                Err(error)
            }
            Err(Unfinished::Unclear(error)) => Err(unclear(error)),
        }
    }
}

/// Keeps the error for later attempts.
fn take(operation: &mut Result<Operation>) -> Result<Operation> {
    let gone = match operation {
        Ok(_) => Error::new(ErrorKind::Usage, "the transaction failed while it was encrypted; build it again"),
        Err(error) => error.for_another_caller(),
    };
    std::mem::replace(operation, Err(gone))
}

fn unclear(error: Error) -> Error {
    error.recast(
        ErrorKind::OutcomeUnknown,
        "no attempt had a definite response, so the transaction may or may not have been applied; send the same \
         object again within ten minutes to find out: nothing is applied twice",
    )
}

/// Uses the operating system's generator: forked processes must not send the same token.
fn random_token() -> Result<String> {
    let mut bytes = [0; size_of::<u128>()];
    random::fill_key(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

impl IntoFuture for Transaction {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await })
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("operations", &self.len()).finish_non_exhaustive()
    }
}
