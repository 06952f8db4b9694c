#![deny(warnings)]

use dynaseal::EncryptedItem;

fn one() -> u32 {
    1
}

#[derive(EncryptedItem)]
#[item(logical_table_name = "employees", unknown = do_nothing)]
#[item(crate = ::dynaseal)]
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
    #[item(skip)]
    label: String,
    #[item(skip, default = one)]
    count: u32,
}

fn main() {
    let _: EmployeeKey = ("e-1", 2020).into();
    let employee = Employee::from_item(&mut dynaseal::Item::new());
    assert!(employee.is_err());
}
