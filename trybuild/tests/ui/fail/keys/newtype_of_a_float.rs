use dynaseal::KeyAttribute;

#[derive(Clone, Debug, PartialEq, KeyAttribute)]
struct Rating(f64);

fn main() {}
