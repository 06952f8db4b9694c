//! Options that apply to all fields of a struct.

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(rename_all = "camelCase", require_explicit, debug)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[encrypt]
    first_name: String,
    #[sign_only]
    #[item(rename = "dept")]
    home_department: Option<String>,
    #[do_nothing]
    login_count: u64,
    #[expect(dead_code, reason = "only `Debug` could read it, and does not")]
    #[item(skip)]
    cached_label: String,
    #[item(version)]
    version: u64,
}

fn ada() -> Employee {
    Employee {
        employee_id: "e-1".to_owned(),
        first_name: "Ada".to_owned(),
        home_department: Some("legal".to_owned()),
        login_count: 7,
        cached_label: "Ada of legal".to_owned(),
        version: 3,
    }
}

#[test]
fn names_are_changed_together_and_individually() {
    let item = ada().to_item().unwrap();
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["dept", "employeeId", "firstName", "loginCount", "version"]);
    assert!(names.iter().all(|name| Employee::ACTIONS.iter().any(|(known, _)| known == name)));
    assert_eq!(Employee::fields().first_name.name(), "firstName");
}

#[test]
fn debug_shows_only_unencrypted_values() {
    assert_eq!(
        format!("{:?}", ada()),
        "Employee { employee_id: \"e-1\", first_name: [REDACTED], home_department: Some(\"legal\"), login_count: 7, \
         cached_label: [REDACTED], version: 3 }"
    );
    assert!(!format!("{:#?}", ada()).contains("Ada"));
}
