use dynaseal::EncryptedItem;

/// An entity whose fields have the names of variables in the generated code.
#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    item: String,
    #[sort_key]
    self_: String,
    value: u32,
    entity: u32,
    partition_key: u32,
    sort_key: u32,
    name: u32,
    key: u32,
    to_item: u32,
    dynaseal: u32,
    core: u32,
    fields: u32,
    #[item(version)]
    written: u32,
    #[item(created_at)]
    now: u64,
    #[item(updated_at)]
    stamp: u64,
}

fn main() {
    let _: EmployeeKey = ("e-1", String::from("s")).into();
}
