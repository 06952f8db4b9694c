//! The service stores items of either format, by one argument.

use clap::Parser as _;
use dynaseal_web::Settings;

#[tokio::test]
async fn the_service_runs_with_either_format() {
    for (format, added) in [("ddbec", "*amzn-ddb-map-sig*"), ("dbesdk", "aws_dbe_foot")] {
        let folder = tempfile::tempdir().unwrap();
        let settings = ["web", "--format", format, "--folder", folder.path().to_str().unwrap()];
        let service = Settings::try_parse_from(settings).unwrap().open().await.unwrap();
        let staff = service.employees.scan().collect().await.unwrap();
        assert_eq!(staff.len(), 3, "{format}");
        let stored = service.client.scan().table_name("staff").send().await.unwrap();
        assert!(stored.items().iter().all(|item| item.contains_key(added) && item["salary"].is_b()), "{format}");
    }
}
