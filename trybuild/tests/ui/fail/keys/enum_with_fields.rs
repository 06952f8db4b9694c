use dynaseal::KeyAttribute;

#[derive(Clone, Debug, PartialEq, KeyAttribute)]
enum Owner {
    Nobody,
    Employee(String),
}

fn main() {}
