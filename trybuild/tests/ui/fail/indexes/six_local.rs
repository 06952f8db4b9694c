use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-field-a", local, sort = a))]
#[item(index(name = "by-field-b", local, sort = b))]
#[item(index(name = "by-field-c", local, sort = c))]
#[item(index(name = "by-field-d", local, sort = d))]
#[item(index(name = "by-field-e", local, sort = e))]
#[item(index(name = "by-field-f", local, sort = f))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    a: u8,
    #[sign_only]
    b: u8,
    #[sign_only]
    c: u8,
    #[sign_only]
    d: u8,
    #[sign_only]
    e: u8,
    #[sign_only]
    f: u8,
}

fn main() {}
