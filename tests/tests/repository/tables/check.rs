use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
};
use dynaseal::ErrorKind;
use dynaseal::repository::provision::{Aspect, Billing, ServerSideEncryption, Severity};
use dynaseal_tests::answers::Answers;

use super::{Employee, Note, found, repository, store};

const NOT_ON: [(Severity, Aspect); 2] =
    [(Severity::Notice, Aspect::PointInTimeRecovery), (Severity::Notice, Aspect::DeletionProtection)];

#[tokio::test]
async fn a_new_table_has_no_differences() {
    let employees = repository::<Employee>(&store());
    assert_eq!(employees.check_table().await.unwrap_err().kind(), ErrorKind::NotFound);
    employees.create_table().deletion_protection(true).tag("team", "payroll").await.unwrap();

    let check = employees.check_table().deletion_protection(true).tag("team", "payroll").billing(Billing::OnDemand);
    let report = check.await.unwrap();
    assert!(report.is_ok(), "{report}");
    // The embedded store has no backups.
    assert_eq!(found(&report), NOT_ON[..1]);
    assert_eq!(
        report.to_string(),
        "table \"staff\": one difference\nnotice: point-in-time recovery: expected on, found not known here; this store does \
         not have it; check the table in DynamoDB itself"
    );
}

fn element(name: &str, role: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(role).build().unwrap()
}

fn attribute(name: &str, scalar: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(scalar).build().unwrap()
}

fn keys_only() -> Projection {
    Projection::builder().projection_type(ProjectionType::KeysOnly).build()
}

/// Creates a table with another sort key, another projection, a local index instead of a global one, an index with
/// another key, one missing index, one additional index, a time to live of another attribute, and other settings.
async fn create_everything_differently(client: &aws_sdk_dynamodb::Client) {
    let global = |name: &str, key: &str| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(element(key, KeyType::Hash))
            .projection(keys_only())
            .build()
            .unwrap()
    };
    let local = LocalSecondaryIndex::builder()
        .index_name("by-department")
        .key_schema(element("employee_id", KeyType::Hash))
        .key_schema(element("department", KeyType::Range))
        .projection(keys_only())
        .build()
        .unwrap();
    client
        .create_table()
        .table_name("staff")
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(element("employee_id", KeyType::Hash))
        .key_schema(element("hired", KeyType::Range))
        .attribute_definitions(attribute("employee_id", ScalarAttributeType::S))
        .attribute_definitions(attribute("hired", ScalarAttributeType::S))
        .attribute_definitions(attribute("department", ScalarAttributeType::S))
        .attribute_definitions(attribute("badge", ScalarAttributeType::S))
        .local_secondary_indexes(local)
        .global_secondary_indexes(global("by-badge", "badge"))
        .global_secondary_indexes(global("forgotten", "department"))
        .send()
        .await
        .unwrap();
    let ttl = TimeToLiveSpecification::builder().attribute_name("until").enabled(true).build().unwrap();
    client.update_time_to_live().table_name("staff").time_to_live_specification(ttl).send().await.unwrap();
}

#[tokio::test]
async fn every_difference_is_reported_with_its_fix() {
    let backups = r#"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
        "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}}"#;
    let client = Answers::default().to("DescribeContinuousBackups", 200, backups).client(&store());
    create_everything_differently(&client).await;
    let check = repository::<Employee>(&client)
        .check_table()
        .billing(Billing::Provisioned { read_capacity_units: 5, write_capacity_units: 5 })
        .point_in_time_recovery(true)
        .deletion_protection(true)
        .server_side_encryption(ServerSideEncryption::CustomerManaged("arn:aws:kms:eu-central-1:1:key/k".to_owned()))
        .tag("team", "payroll");
    let report = check.await.unwrap();
    let index = |name: &str| Aspect::Index(name.to_owned());
    assert_eq!(
        found(&report),
        [
            (Severity::Error, Aspect::KeySchema),
            (Severity::Error, index("by-department")),
            (Severity::Error, index("by-department")),
            (Severity::Error, index("by-department")),
            (Severity::Error, index("by-badge")),
            (Severity::Error, index("by-start")),
            (Severity::Warning, Aspect::TimeToLive),
            (Severity::Warning, Aspect::Billing),
            (Severity::Warning, Aspect::PointInTimeRecovery),
            (Severity::Warning, Aspect::DeletionProtection),
            (Severity::Warning, Aspect::ServerSideEncryption),
            (Severity::Warning, Aspect::Tag("team".to_owned())),
            (Severity::Notice, index("forgotten")),
        ],
        "{report}"
    );
    assert!(!report.is_ok());
    assert_eq!(report.table_name(), "staff");
    let text = report.to_string();
    for line in [
        "error: primary key: expected partition key employee_id (S) and sort key hired (N), found partition key employee_id \
         (S) and sort key hired (S); the key of a table cannot be changed: correct the annotations or the table's name, or \
         create another table and move the items",
        "error: index \"by-department\": expected a global index, found a local index; declare the index as `local`, or \
         delete it and create a global one under another name",
        "error: index \"by-badge\": expected all attributes projected, found only keys projected; the projection of \
         an index cannot be changed: declare it as it is, or create the index again",
        "error: index \"by-start\": expected partition key employee_id (S) and sort key started (N), found no such \
         index; queries of it fail, and a local index can only be created together with its table",
        "warning: time to live: expected attribute \"expires\", found attribute \"until\"; switch it off, wait an hour, and \
         switch it on for the other attribute",
        "warning: billing: expected 5 read and 5 write units, found on demand; change it with UpdateTable; if it is scaled \
         automatically, do not name it here",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
}

#[tokio::test]
async fn additional_settings_are_notices_except_an_unexpected_ttl() {
    let client = store();
    let notes = repository::<Note>(&client);
    notes.create_table().await.unwrap();
    assert_eq!(found(&notes.check_table().await.unwrap()), NOT_ON);

    let ttl = TimeToLiveSpecification::builder().attribute_name("text").enabled(true).build().unwrap();
    client.update_time_to_live().table_name("staff").time_to_live_specification(ttl).send().await.unwrap();
    let report = notes.check_table().await.unwrap();
    assert_eq!(found(&report)[0], (Severity::Warning, Aspect::TimeToLive), "{report}");

    // Additional protection is accepted.
    let protected = repository::<Note>(&store());
    protected.create_table().deletion_protection(true).await.unwrap();
    let report = protected.check_table().deletion_protection(false).point_in_time_recovery(false).await.unwrap();
    assert!(report.is_ok(), "{report}");
}

/// Returns a `DescribeTable` response for a table of notes.
fn described(status: &str, more: &str) -> String {
    format!(
        r#"{{"Table":{{"TableName":"staff","TableStatus":"{status}","KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}],
            "AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"S"}}],"DeletionProtectionEnabled":true{more}}}}}"#
    )
}

const RECOVERABLE: &str = r#"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
    "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED"}}}"#;
const NO_TIME_TO_LIVE: &str = r#"{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}"#;

fn double(table: String) -> Answers {
    Answers::default().to("DescribeTable", 200, table).to("DescribeContinuousBackups", 200, RECOVERABLE).to(
        "DescribeTimeToLive",
        200,
        NO_TIME_TO_LIVE,
    )
}

#[tokio::test]
async fn the_encryption_at_rest_key_is_compared() {
    const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
    let owned = described("ACTIVE", "");
    let kms = described(
        "ACTIVE",
        &format!(r#","SSEDescription":{{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"{ARN}"}}"#),
    );
    let customer = |key: &str| ServerSideEncryption::CustomerManaged(key.to_owned());
    for (table, expected, severity) in [
        (&owned, ServerSideEncryption::AwsOwned, None),
        (&owned, ServerSideEncryption::AwsManaged, Some(Severity::Warning)),
        (&owned, customer(ARN), Some(Severity::Warning)),
        (&kms, customer(ARN), None),
        (&kms, customer("1234abcd"), None),
        (&kms, customer("abcd"), Some(Severity::Warning)),
        (&kms, ServerSideEncryption::AwsOwned, Some(Severity::Warning)),
        // Only KMS knows the key of an alias.
        (&kms, customer("alias/tables"), Some(Severity::Notice)),
        (&kms, ServerSideEncryption::AwsManaged, Some(Severity::Notice)),
    ] {
        let notes = repository::<Note>(&double(table.clone()).client(&store()));
        let report = notes.check_table().server_side_encryption(expected.clone()).await.unwrap();
        assert_eq!(report.severity(), severity, "{expected:?}: {report}");
    }
}

#[tokio::test]
async fn a_disabled_encryption_at_rest_key_is_named() {
    let sse = r#","SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"a","InaccessibleEncryptionDateTime":1}"#;
    for table in [described("INACCESSIBLE_ENCRYPTION_CREDENTIALS", ""), described("ACTIVE", sse)] {
        let notes = repository::<Note>(&double(table).client(&store()));
        let report = notes.check_table().await.unwrap();
        assert_eq!(
            report.to_string(),
            "table \"staff\": one difference\nerror: status: expected ACTIVE, found INACCESSIBLE_ENCRYPTION_CREDENTIALS; \
             DynamoDB cannot use the KMS key that the table is encrypted with on its disks: enable the key, cancel its \
             deletion, or restore its policy and grants. After seven days DynamoDB archives the table"
        );
    }
    for status in ["CREATING", "DELETING", "ARCHIVED", "SOMETHING_NEW"] {
        let report = repository::<Note>(&double(described(status, "")).client(&store())).check_table().await.unwrap();
        assert_eq!(found(&report), [(Severity::Error, Aspect::Status)], "{report}");
    }
    let report = repository::<Note>(&double(described("UPDATING", "")).client(&store())).check_table().await.unwrap();
    assert_eq!(report.to_string(), "table \"staff\" is as it should be");
}
