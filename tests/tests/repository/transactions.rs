//! Transactions, and the conditions of single writes.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, ItemEncryptor, Repository, Transaction, transact_get};
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    #[encrypt]
    salary: u64,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Team {
    #[partition_key]
    name: String,
    #[encrypt]
    motto: String,
    #[do_nothing]
    members: u64,
}

fn employee(number: usize) -> Employee {
    Employee { id: format!("e-{number}"), salary: 4200, department: "legal".to_owned(), logins: 0 }
}

fn team() -> Team {
    Team { name: "legal".to_owned(), motto: "no".to_owned(), members: 4 }
}

struct Company {
    client: Client,
    keys: ItemEncryptor,
    employees: Repository<Employee>,
    teams: Repository<Team>,
}

impl Company {
    async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let keys = keys();
        let (employees, teams) = repositories(&client, &keys);
        employees.create_table().await.unwrap();
        teams.create_table().await.unwrap();
        teams.create(&team()).await.unwrap();
        Self { client, keys, employees, teams }
    }

    /// Returns the same repositories behind these faults.
    fn through(&self, faults: &Faults) -> (Repository<Employee>, Repository<Team>) {
        repositories(&faults.beneath(&self.client).unwrap(), &self.keys)
    }

    async fn state(&self, number: usize) -> (Option<Employee>, Option<Team>) {
        let id = format!("e-{number}");
        transact_get((self.employees.get(id.as_str()), self.teams.get("legal"))).await.unwrap()
    }
}

fn repositories(client: &Client, keys: &ItemEncryptor) -> (Repository<Employee>, Repository<Team>) {
    let employees = Repository::builder(client.clone()).table("employees").encryptor(keys.clone()).build();
    (employees, Repository::builder(client.clone()).table("teams").encryptor(keys.clone()).build())
}

fn reasons(error: &Error) -> Vec<Option<ErrorKind>> {
    error.cancellation_reasons().iter().map(|reason| reason.as_ref().map(Error::kind)).collect()
}

#[tokio::test]
async fn a_transaction_applies_all_operations_or_none() {
    let Company { employees, teams, .. } = &Company::new().await;
    let grow = || teams.update_in_place("legal", Team::fields().members.add(1));
    employees.put(&employee(2)).await.unwrap();
    let promoted = Employee { salary: 5000, ..employee(2) };
    employees
        .transaction()
        .with(employees.create(&employee(1)))
        .with(employees.replace(&promoted))
        .with(grow())
        .await
        .unwrap();
    let (one, two, legal) =
        transact_get((employees.get("e-1"), employees.get("e-2"), teams.get("legal"))).await.unwrap();
    assert_eq!((one, two, legal.unwrap().members), (Some(employee(1)), Some(promoted), 5));

    let error = Transaction::new()
        .with(grow())
        .with(employees.create(&employee(1)))
        .with(employees.delete("e-2"))
        .with(employees.replace(&employee(9)))
        .with(employees.check("e-8", Employee::fields().logins.gt(0)))
        .await
        .unwrap_err();
    let expected =
        [None, Some(ErrorKind::AlreadyExists), None, Some(ErrorKind::NotFound), Some(ErrorKind::ConditionFailed)];
    assert_eq!((error.kind(), reasons(&error)), (ErrorKind::AlreadyExists, expected.to_vec()));
    assert_eq!(
        (error.operation(), error.aws_code()),
        (Some("TransactWriteItems"), Some("TransactionCanceledException"))
    );
    let all = transact_get(vec![employees.get("e-1"), employees.get("e-2"), employees.get("e-9")]).await.unwrap();
    assert_eq!(all.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn a_failed_condition_writes_nothing() {
    let Company { employees, .. } = &Company::new().await;
    employees.put(&employee(1)).await.unwrap();
    let fields = Employee::fields();
    let (is_legal, is_sales) = (fields.department.eq("legal"), fields.department.eq("sales"));
    let raised = Employee { salary: 9000, ..employee(1) };
    let rejected = [
        employees.put(&raised).when(is_sales.clone()).await.unwrap_err(),
        employees.replace(&raised).when(is_sales.clone()).await.unwrap_err(),
        employees.delete("e-1").when(is_sales.clone()).await.unwrap_err(),
        employees.delete("e-1").when(is_sales.clone()).returning().await.unwrap_err(),
        employees.update_in_place("e-1", fields.logins.add(1)).when(is_sales.clone()).await.unwrap_err(),
    ];
    assert!(rejected.iter().all(|error| error.kind() == ErrorKind::ConditionFailed), "{rejected:?}");
    let absent = employees.update_in_place("e-7", fields.logins.add(1)).when(!is_sales.clone()).await.unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound);
    assert_eq!(employees.get("e-1").await.unwrap(), Some(employee(1)));

    employees
        .update_in_place("e-1", fields.logins.add(1))
        .when(is_legal.clone())
        .when(!is_sales.clone())
        .await
        .unwrap();
    employees.put(&raised).when(is_legal.clone() & fields.logins.eq(1)).await.unwrap();
    let is_sales = dynaseal::danger::unverified(is_sales);
    let error = Transaction::new().with(employees.delete("e-1").when(is_sales)).await.unwrap_err();
    assert_eq!(reasons(&error), [Some(ErrorKind::ConditionFailed)]);
    assert_eq!(employees.delete("e-1").when(is_legal).returning().await.unwrap(), Some(raised));
}

#[tokio::test]
async fn invalid_transactions_are_not_sent() {
    let company = Company::new().await;
    let faults = Faults::script([]);
    let (employees, teams) = company.through(&faults);
    let twice = Transaction::new()
        .with(employees.put(&employee(1)))
        .with(teams.delete("e-1"))
        .with(employees.delete("e-1"))
        .await
        .unwrap_err();
    assert_eq!((twice.kind(), reasons(&twice)), (ErrorKind::Usage, vec![None, None, Some(ErrorKind::Usage)]));

    let many =
        (0..101).fold(Transaction::new(), |transaction, number| transaction.with(employees.put(&employee(number))));
    assert_eq!(many.await.unwrap_err().kind(), ErrorKind::Usage);
    let gets = (0..101).map(|number| employees.get(format!("e-{number}"))).collect::<Vec<_>>();
    assert_eq!(transact_get(gets).await.unwrap_err().kind(), ErrorKind::Usage);

    let large = |size| Employee { department: "x".repeat(size), ..employee(size) };
    let heavy = (0..12).fold(Transaction::new(), |heavy, number| heavy.with(employees.put(&large(390_000 + number))));
    assert_eq!(heavy.await.unwrap_err().kind(), ErrorKind::TooLarge);
    let nameless = Employee { id: String::new(), ..employee(1) };
    let error =
        Transaction::new().with(employees.put(&employee(1))).with(employees.put(&large(401 * 1024))).await.unwrap_err();
    assert_eq!(reasons(&error), [None, Some(ErrorKind::TooLarge)]);
    let error = Transaction::new().with(employees.put(&nameless)).await.unwrap_err();
    assert_eq!(reasons(&error), [Some(ErrorKind::Codec)]);

    Transaction::new().await.unwrap();
    assert!(transact_get(Vec::<dynaseal::repository::Get<Employee>>::new()).await.unwrap().is_empty());
    assert!(faults.injected().is_empty());

    Transaction::new().with(employees.put(&employee(1))).with(employees.put(&large(399 * 1024))).await.unwrap();
    assert_eq!(faults.injected().len(), 1);
}

#[tokio::test]
async fn the_same_transaction_can_be_sent_again_and_is_applied_once() {
    let company = Company::new().await;
    let losses = [Fault::DropResponse, Fault::Reset, Fault::InternalServerError, Fault::FailBefore];
    for (number, lost) in losses.into_iter().enumerate() {
        let faults = Faults::script([lost]);
        let (employees, teams) = company.through(&faults);
        let before = company.state(number).await.1.unwrap().members;
        let mut transaction = Transaction::new()
            .with(employees.create(&employee(number)))
            .with(teams.update_in_place("legal", Team::fields().members.add(1)));
        let error = transaction.send().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::OutcomeUnknown, false));
        transaction.send().await.unwrap();
        let (one, legal) = company.state(number).await;
        assert_eq!((one, legal.unwrap().members), (Some(employee(number)), before + 1));
        // The transaction is known to have been applied.
        transaction.send().await.unwrap();
        assert_eq!(faults.injected().len(), 2);
    }
}

#[tokio::test]
async fn another_transaction_under_the_same_token_is_rejected() {
    let Company { employees, .. } = &Company::new().await;
    let build = || Transaction::new().token("payroll-7").with(employees.put(&employee(1)));
    build().await.unwrap();
    let error = build().await.unwrap_err();
    assert_eq!((error.kind(), error.aws_code()), (ErrorKind::Usage, Some("IdempotentParameterMismatchException")));
}

#[tokio::test(start_paused = true)]
async fn tokens_expire_after_ten_minutes() {
    let company = Company::new().await;
    let faults = Faults::script([Fault::DropResponse]);
    let (employees, _) = company.through(&faults);
    let mut transaction = Transaction::new().with(employees.create(&employee(1)));
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(faults.injected().len(), 1);
}

#[tokio::test]
async fn a_rejected_transaction_can_be_sent_again() {
    let company = Company::new().await;
    let (employees, _) = company.through(&Faults::script([Fault::Throttle]));
    company.employees.put(&employee(1)).await.unwrap();
    let mut transaction = Transaction::new().with(employees.create(&employee(1)));
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    company.employees.delete("e-1").await.unwrap();
    transaction.send().await.unwrap();
}

#[tokio::test]
async fn transactional_reads_are_verified() {
    let Company { client, employees, teams, .. } = &Company::new().await;
    employees.put(&employee(1)).await.unwrap();
    let forged = client.update_item().table_name("employees").key("id", dynaseal::AttributeValue::S("e-1".to_owned()));
    let forged = forged.update_expression("SET department = :d");
    forged.expression_attribute_values(":d", dynaseal::AttributeValue::S("sales".to_owned())).send().await.unwrap();
    let error = transact_get((teams.get("legal"), employees.get("e-1"))).await.unwrap_err();
    assert_eq!((error.kind(), reasons(&error)), (ErrorKind::Integrity, vec![None, Some(ErrorKind::Integrity)]));
}

#[cfg(feature = "kms")]
#[tokio::test(start_paused = true)]
async fn kms_is_called_once_per_item_32_at_a_time() {
    use dynaseal::materials::DirectKmsProvider;
    use dynaseal::testing::kms::Kms;

    let kms = Kms::new();
    let provider = DirectKmsProvider::new(kms.client("us-east-1"), kms.create_key("us-east-1"));
    let client = Database::in_memory().unwrap().client();
    let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    employees.create_table().await.unwrap();
    kms.set_latency(Duration::from_millis(100));
    let all = (0..96).fold(Transaction::new(), |all, number| all.with(employees.put(&employee(number))));
    let start = tokio::time::Instant::now();
    all.await.unwrap();
    assert_eq!((start.elapsed().as_millis() / 100, kms.calls().len()), (96 / 32, 96));
    let gets = (0..96).map(|number| employees.get(format!("e-{number}"))).collect::<Vec<_>>();
    assert!(transact_get(gets).await.unwrap().iter().all(Option::is_some));
    assert_eq!((start.elapsed().as_millis() / 100, kms.calls().len()), (2 * 96 / 32, 2 * 96));
}
