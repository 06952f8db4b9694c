use dynaseal::repository::provision::{Aspect, ServerSideEncryption, Severity};
use dynaseal::{ErrorKind, transact_get};
use dynaseal_tests::account::Account;
use dynaseal_tests::answers::Answers;
use dynaseal_tests::gate::Gate;

use super::{Employee, Note, found, repository, store};

const DENIED: &str = "AccessDeniedException";

fn note() -> Note {
    Note { id: "n".to_owned(), text: "secret".to_owned() }
}

#[tokio::test]
async fn a_missing_permission_is_named_with_its_purpose() {
    let gate = Gate::default();
    let client = gate.client(&store());
    let notes = repository::<Note>(&client);
    notes.create_table().await.unwrap();
    notes.put(&note()).await.unwrap();
    for operation in ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable", "CreateTable"] {
        gate.reject(operation, 400, DENIED);
    }
    let texts = [
        notes.get("n").await.unwrap_err().to_string(),
        notes.put(&note()).await.unwrap_err().to_string(),
        notes.delete("n").await.unwrap_err().to_string(),
        notes.check_table().await.unwrap_err().to_string(),
        notes.create_table().await.unwrap_err().to_string(),
    ];
    for (text, (permission, purpose)) in texts.iter().zip([
        ("dynamodb:GetItem", "read items by their keys"),
        ("dynamodb:PutItem", "write items"),
        ("dynamodb:DeleteItem", "delete items"),
        ("dynamodb:DescribeTable", "see the table's keys, indexes"),
        ("dynamodb:CreateTable", "create the table"),
    ]) {
        assert!(text.contains(&format!("allow {permission} on the table")) && text.contains(purpose), "{text}");
    }
    gate.accept();
    gate.reject("UpdateItem", 400, DENIED);
    let accounts = repository::<Account>(&client);
    let error = accounts.update_in_place("n", Account::fields().visits.add(1)).await.unwrap_err();
    assert!(error.to_string().contains("dynamodb:UpdateItem"), "{error}");
}

#[tokio::test]
async fn missing_permissions_of_batch_calls_are_named() {
    let gate = Gate::default();
    let notes = repository::<Note>(&gate.client(&store()));
    notes.create_table().await.unwrap();
    for operation in ["BatchGetItem", "BatchWriteItem", "Query", "Scan", "TransactGetItems", "TransactWriteItems"] {
        gate.reject(operation, 400, DENIED);
    }
    let write_denied = "dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem and dynamodb:ConditionCheckItem";
    for (error, permission, purpose) in [
        (notes.get_many(["n"]).await.remove(0).unwrap_err(), "dynamodb:BatchGetItem", "read items by their keys"),
        (notes.write_many([note()]).await.unwrap_err().into(), "dynamodb:BatchWriteItem", "write items"),
        (notes.query("n").collect().await.unwrap_err(), "dynamodb:Query", "find items by a partition key"),
        (notes.scan().page(None).await.unwrap_err(), "dynamodb:Scan", "read a whole table"),
        (transact_get((notes.get("n"),)).await.unwrap_err(), "dynamodb:GetItem", "read items in a transaction"),
        (notes.transaction().with(notes.put(&note())).await.unwrap_err(), write_denied, "write items in a transaction"),
    ] {
        let text = error.to_string();
        assert!(text.contains(&format!("allow {permission} on the table")) && text.contains(purpose), "{text}");
        assert_eq!((error.kind(), error.aws_code()), (ErrorKind::Sdk, Some(DENIED)), "{text}");
    }
}

#[tokio::test]
async fn the_report_names_checks_without_permission() {
    let gate = Gate::default();
    let employees = repository::<Employee>(&gate.client(&store()));
    employees.create_table().deletion_protection(true).tag("team", "payroll").await.unwrap();
    for operation in ["DescribeTimeToLive", "DescribeContinuousBackups", "ListTagsOfResource"] {
        gate.reject(operation, 400, DENIED);
    }
    let report = employees.check_table().point_in_time_recovery(true).tag("team", "payroll").await.unwrap();
    assert_eq!(
        found(&report),
        [
            (Severity::Warning, Aspect::TimeToLive),
            (Severity::Warning, Aspect::PointInTimeRecovery),
            (Severity::Warning, Aspect::Tag("team".to_owned())),
        ]
    );
    let text = report.to_string();
    for permission in
        ["dynamodb:DescribeTimeToLive", "dynamodb:DescribeContinuousBackups", "dynamodb:ListTagsOfResource"]
    {
        assert!(
            text.contains(&format!("not known, since access was denied; allow {permission} on the table")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_table_without_its_settings_is_reported_as_created() {
    let gate = Gate::default();
    gate.reject("UpdateTimeToLive", 400, DENIED);
    let employees = repository::<Employee>(&gate.client(&store()));
    let text = employees.create_table().await.unwrap_err().to_string();
    assert!(
        text.starts_with("UpdateTimeToLive: the table was created, and can be used, but this setting is missing"),
        "{text}"
    );
    assert!(text.contains("allow dynamodb:UpdateTimeToLive"), "{text}");
    assert_eq!(found(&employees.check_table().await.unwrap())[0], (Severity::Warning, Aspect::TimeToLive));

    let gate = Gate::default();
    gate.reject("UpdateContinuousBackups", 400, DENIED);
    let notes = repository::<Note>(&gate.client(&store()));
    let text = notes.create_table().point_in_time_recovery(true).await.unwrap_err().to_string();
    assert!(text.contains("the table was created") && text.contains("dynamodb:UpdateContinuousBackups"), "{text}");
}

#[tokio::test]
async fn tags_need_their_own_permission() {
    let gate = Gate::default();
    gate.reject("CreateTable", 400, DENIED);
    let error = repository::<Note>(&gate.client(&store())).create_table().tag("team", "payroll").await.unwrap_err();
    assert!(error.to_string().contains("dynamodb:TagResource"), "{error}");
}

#[tokio::test]
async fn a_customer_managed_key_that_dynamodb_rejects_is_named() {
    for code in ["ValidationException", DENIED, "KMSDisabledException"] {
        let gate = Gate::default();
        gate.reject("CreateTable", 400, code);
        let key = ServerSideEncryption::CustomerManaged("alias/tables".to_owned());
        let notes = repository::<Note>(&gate.client(&store()));
        let error = notes.create_table().server_side_encryption(key).await.unwrap_err();
        assert_eq!((error.kind(), error.aws_code()), (ErrorKind::Sdk, Some(code)));
        let text = error.to_string();
        assert!(text.contains("the KMS key \"alias/tables\": it has to be enabled"), "{text}");
        assert!(text.contains("kms:CreateGrant"), "{text}");
    }
}

/// The backups of a new table are available later than the table.
#[tokio::test]
async fn point_in_time_recovery_is_retried_until_it_is_available() {
    let unavailable = r#"{"__type":"a#ContinuousBackupsUnavailableException","message":"Backups are being enabled"}"#;
    let responses =
        Answers::default().to("UpdateContinuousBackups", 400, unavailable).to("UpdateContinuousBackups", 200, "{}");
    let client = responses.client(&store());
    let config = client.config().to_builder().sleep_impl(aws_sdk_dynamodb::config::SharedAsyncSleep::new(NoSleep));
    let notes = repository::<Note>(&aws_sdk_dynamodb::Client::from_conf(config.build()));
    notes.create_table().point_in_time_recovery(true).await.unwrap();
    let count = responses.requests().iter().filter(|(operation, _)| operation == "UpdateContinuousBackups").count();
    assert_eq!(count, 2);
}

/// A clock whose waits end immediately.
#[derive(Debug)]
struct NoSleep;

impl aws_sdk_dynamodb::config::AsyncSleep for NoSleep {
    fn sleep(&self, _time: std::time::Duration) -> aws_sdk_dynamodb::config::Sleep {
        aws_sdk_dynamodb::config::Sleep::new(std::future::ready(()))
    }
}
