//! Transactions: operations on items of several repositories, all or none of which happen.

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

/// For so long DynamoDB remembers a token.
const TOKEN_LIFETIME: Duration = Duration::from_secs(600);

/// Up to 100 operations on items of any entities and tables, all or none of which happen.
///
/// Operations are the requests that otherwise are awaited one by one, and checks:
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
/// The first [`send`](Self::send) encrypts, and the transaction keeps what it encrypted together with a token. If the answer is
/// lost, sending the same object again finds out whether it happened, and does not do it twice. One that is built anew is
/// another one, since encryption differs every time: under the same token DynamoDB refuses it, with `Usage`.
///
/// # Errors
/// If one operation could not be done, none is. [`Error::cancellation_reasons`] has the reason for each of them, in their
/// order, with the kind that the request would fail with by itself; the error's own kind is that of the first one that another
/// try does not mend. Furthermore `Usage` for two operations on one item or more than 100, `TooLarge` above 4 MB, and
/// `OutcomeUnknown` if no attempt had a clear answer.
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
    /// It is encrypted. The time is that of the first attempt which has no clear answer.
    EncryptedTransaction(Option<EncryptedTransaction>, Option<Instant>),
    Done,
}

impl Transaction {
    /// A transaction without operations, which does nothing.
    ///
    #[doc = example!(employees)]
    /// Transaction::new().await?; // nothing is sent
    #[doc = example!(end)]
    pub fn new() -> Self {
        Self::default()
    }

    /// This operation as well.
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

    /// A token of one's own, of 1 to 36 bytes, instead of a random one. DynamoDB remembers it for ten minutes, and refuses
    /// other lengths.
    ///
    #[doc = example!(employees)]
    /// let request_id = "4f1c7a52"; // of the request that the program answers
    /// Transaction::new().token(request_id).with(employees.create(&ada)).await?;
    #[doc = example!(end)]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How many operations it has.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(Transaction::new().with(employees.put(&ada)).len(), 1);
    #[doc = example!(end)]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// True if it does nothing.
    ///
    #[doc = example!(employees)]
    /// assert!(Transaction::new().is_empty());
    #[doc = example!(end)]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Sends it, or sends it again if no answer came; nothing happens if it is known to have happened.
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
    /// See [`Transaction`]. After `OutcomeUnknown`, or if the caller gave up waiting, it can be sent again for ten minutes.
    /// After other errors nothing happened, and it can be sent again, too, except where an operation itself was at fault.
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
        // Until there is an answer there is none: the caller may give up waiting for it at any time.
        let was_unclear = unclear_since.is_some();
        unclear_since.get_or_insert_with(Instant::now);
        match sealed.send().await {
            Ok(()) => {
                self.state = State::Done;
                Ok(())
            }
            Err(Unfinished::Refused(error)) if error.is_retryable() && was_unclear => Err(unclear(error)),
            Err(Unfinished::Refused(error)) => {
                *unclear_since = None;
                Err(error)
            }
            Err(Unfinished::Unclear(error)) => Err(unclear(error)),
        }
    }
}

/// Leaves the error behind for those who try again.
fn take(operation: &mut Result<Operation>) -> Result<Operation> {
    let gone = match operation {
        Ok(_) => Error::new(ErrorKind::Usage, "the transaction failed while it was encrypted; build it anew"),
        Err(error) => error.for_another_caller(),
    };
    std::mem::replace(operation, Err(gone))
}

fn unclear(error: Error) -> Error {
    error.recast(
        ErrorKind::OutcomeUnknown,
        "no attempt had a clear answer, so the transaction may or may not have happened; send the same object again within \
         ten minutes to find out: that does nothing twice",
    )
}

/// From the operating system: two processes that were forked must not send the same token.
fn random_token() -> Result<String> {
    let mut bytes = [0; size_of::<u128>()];
    random::fill_key(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

impl IntoFuture for Transaction {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await })
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("operations", &self.len()).finish_non_exhaustive()
    }
}
