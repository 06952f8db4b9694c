use dynaseal::Repository;

struct Employee;

async fn find(employees: Repository<Employee>) {
    let _ = employees.get("e-1").await;
}

fn main() {}
