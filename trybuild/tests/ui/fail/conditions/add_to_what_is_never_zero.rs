use std::num::NonZeroU64;

use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    logins: NonZeroU64,
}

fn main() {
    let _ = Employee::fields().logins.add(NonZeroU64::MIN);
}
