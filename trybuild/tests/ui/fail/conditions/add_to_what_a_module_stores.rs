use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    #[item(with = dynaseal::codec::java::json)]
    logins: u64,
}

fn main() {
    let _ = Employee::fields().logins.set(1);
    let _ = Employee::fields().logins.eq(1);
    let _ = Employee::fields().logins.add(1);
}
