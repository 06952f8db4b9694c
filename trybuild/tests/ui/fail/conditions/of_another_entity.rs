use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    logins: u64,
}

#[derive(EncryptedItem)]
struct Device {
    #[partition_key]
    device_id: String,
    #[do_nothing]
    logins: u64,
}

fn reset(employees: &Repository<Employee>) {
    drop(employees.update_in_place("e-1", Device::fields().logins.set(0)));
}

fn main() {}
