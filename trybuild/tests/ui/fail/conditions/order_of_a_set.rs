use std::collections::BTreeSet;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    #[item(set)]
    skills: BTreeSet<String>,
}

fn main() {
    let _ = Employee::fields().skills.gt(BTreeSet::new());
}
