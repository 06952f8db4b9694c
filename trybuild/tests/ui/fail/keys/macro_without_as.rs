struct EmployeeId(String);

dynaseal::key_attribute!(EmployeeId);

fn main() {}
