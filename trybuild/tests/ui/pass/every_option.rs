#![deny(warnings)]

use dynaseal::EncryptedItem;

fn one() -> u32 {
    1
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Day(u64);

impl dynaseal::Timestamp for Day {
    fn from_system_time(time: std::time::SystemTime) -> Self {
        Self(u64::from_system_time(time) / 86_400)
    }

    fn is_unset(&self) -> bool {
        self.0 == 0
    }
}

#[derive(EncryptedItem)]
#[item(logical_table_name = "employees", unknown = do_nothing)]
#[item(crate = ::dynaseal)]
#[item(other("badge", action = do_nothing), other("grade", action = sign_only))]
#[item(other("rank", action = encrypt,))]
pub struct Employee {
    #[partition_key]
    #[item(rename = "id")]
    employee_id: String,
    #[sort_key]
    #[sign_only]
    hired: u32,
    #[encrypt]
    #[item(rename = "n", default, skip_if = String::is_empty)]
    name: String,
    #[sign_only]
    #[item(default = one)]
    level: u32,
    #[do_nothing]
    #[item(rename = "p", bytes, default = Vec::<u8>::new, skip_if = Vec::is_empty,)]
    photo: Vec<u8>,
    #[item(version, rename = "v")]
    version: u32,
    #[item(created_at)]
    created: i64,
    #[do_nothing]
    #[item(updated_at, default, rename = "u")]
    updated: Option<Day>,
    #[item(skip)]
    label: String,
    #[item(skip, default = one)]
    count: u32,
}

fn main() {
    let _: EmployeeKey = ("e-1", 2020).into();
    let employee = Employee::from_item(&mut dynaseal::Item::new());
    assert!(employee.is_err());
    assert_eq!(Employee::MANAGED, ["v", "created", "u"]);
    let others = Employee::OTHER_ATTRIBUTES.iter().map(|(name, _)| *name);
    assert!(others.eq(["badge", "grade", "rank"]));
    // The version is signed by default.
    assert!(Employee::ACTIONS.contains(&("v", dynaseal::AttributeAction::SignOnly)));
}
