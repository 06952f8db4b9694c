use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(entity = "team")]
struct Team {
    #[partition_key]
    id: String,
    budget: u64,
}

#[derive(EncryptedItem)]
#[item(entity = "employee")]
struct Employee {
    #[partition_key]
    #[item(tenant)]
    id: String,
    salary: u64,
}

dynaseal::entities! {
    enum StaffItem {
        Team(Team),
        Employee(Employee),
    }
}

fn main() {}
