use dynaseal::EncryptedItem;

fn is_never(expires: &u64) -> bool {
    *expires == 0
}

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    #[item(ttl, skip_if = is_never)]
    expires: u64,
}

fn main() {}
