use aws_sdk_dynamodb::types::{BillingMode, IndexStatus, ProjectionType, TimeToLiveStatus};
use dynaseal::ErrorKind;
use dynaseal::repository::provision::{Billing, ServerSideEncryption};
use dynaseal_tests::answers::Answers;

use super::{Employee, Note, repository, store};

#[tokio::test]
async fn a_table_has_the_keys_and_indexes_of_its_entity() {
    let client = store();
    let employees = repository::<Employee>(&client);
    employees.create_table().await.unwrap();

    let table = client.describe_table().table_name("staff").send().await.unwrap().table.unwrap();
    assert_eq!(table.key_schema().len(), 2);
    assert_eq!(table.billing_mode_summary().unwrap().billing_mode(), Some(&BillingMode::PayPerRequest));
    let mut attributes: Vec<_> = table
        .attribute_definitions()
        .iter()
        .map(|attribute| (attribute.attribute_name(), attribute.attribute_type().as_str()))
        .collect();
    attributes.sort_unstable();
    let expected = [
        ("badge", "S"),
        ("department", "S"),
        ("employee_id", "S"),
        ("hired", "N"),
        ("salary_band", "N"),
        ("started", "N"),
    ];
    assert_eq!(attributes, expected);

    let mut global: Vec<_> = table
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            assert_eq!(index.index_status(), Some(&IndexStatus::Active));
            let projection = index.projection().unwrap();
            let names = projection.non_key_attributes().join(",");
            (index.index_name().unwrap(), projection.projection_type().unwrap().clone(), names)
        })
        .collect();
    global.sort_unstable_by_key(|(name, ..)| *name);
    assert_eq!(
        global,
        [
            ("by-badge", ProjectionType::All, String::new()),
            ("by-department", ProjectionType::Include, "note".to_owned())
        ]
    );
    let local = &table.local_secondary_indexes()[0];
    assert_eq!(local.index_name(), Some("by-start"));
    assert_eq!(local.projection().unwrap().projection_type(), Some(&ProjectionType::KeysOnly));

    let ttl = client.describe_time_to_live().table_name("staff").send().await.unwrap();
    let ttl = ttl.time_to_live_description.unwrap();
    assert_eq!(ttl.attribute_name(), Some("expires"));
    assert_eq!(ttl.time_to_live_status(), Some(&TimeToLiveStatus::Enabled));

    let error = employees.create_table().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn configured_settings_are_sent() {
    let responses = Answers::default().to("UpdateContinuousBackups", 200, "{}");
    let client = responses.client(&store());
    repository::<Employee>(&client)
        .create_table()
        .billing(Billing::Provisioned { read_capacity_units: 5, write_capacity_units: 3 })
        .point_in_time_recovery(true)
        .deletion_protection(true)
        .server_side_encryption(ServerSideEncryption::CustomerManaged("alias/tables".to_owned()))
        .tag("team", "payroll")
        .await
        .unwrap();
    let table = client.describe_table().table_name("staff").send().await.unwrap().table.unwrap();
    let throughput = table.provisioned_throughput().unwrap();
    assert_eq!((throughput.read_capacity_units(), throughput.write_capacity_units()), (Some(5), Some(3)));
    for index in table.global_secondary_indexes() {
        assert_eq!(index.provisioned_throughput().unwrap().read_capacity_units(), Some(5));
    }
    assert_eq!(table.deletion_protection_enabled(), Some(true));
    let tags = client.list_tags_of_resource().resource_arn(table.table_arn().unwrap()).send().await.unwrap();
    assert_eq!((tags.tags()[0].key(), tags.tags()[0].value()), ("team", "payroll"));

    let requests = responses.requests();
    let body = |wanted: &str| &requests.iter().find(|(operation, _)| operation == wanted).unwrap().1;
    let sse = r#""SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"alias/tables"}"#;
    assert!(body("CreateTable").contains(sse), "{}", body("CreateTable"));
    let recovery = r#""PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true"#;
    assert!(body("UpdateContinuousBackups").contains(recovery), "{}", body("UpdateContinuousBackups"));
}

#[tokio::test]
async fn the_other_kinds_of_encryption_at_rest_are_sent() {
    for (encryption, expected) in [
        (ServerSideEncryption::AwsManaged, Some(r#""SSESpecification":{"Enabled":true,"SSEType":"KMS"}"#)),
        (ServerSideEncryption::AwsOwned, None),
    ] {
        let responses = Answers::default();
        let notes = repository::<Note>(&responses.client(&store()));
        notes.create_table().server_side_encryption(encryption).await.unwrap();
        let (_, body) = &responses.requests()[0];
        assert_eq!(body.contains("SSESpecification"), expected.is_some());
        assert!(body.contains(expected.unwrap_or_default()), "{body}");
    }
}
