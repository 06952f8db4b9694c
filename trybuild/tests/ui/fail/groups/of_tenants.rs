use dynaseal::{EncryptedItem, Repository};

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
        Employee(Employee),
    }
}

async fn example(teams: Repository<Team>) -> dynaseal::Result<()> {
    let _ = teams.query("t-1").any_of::<StaffItem>().collect().await?;
    Ok(())
}

fn main() {}
