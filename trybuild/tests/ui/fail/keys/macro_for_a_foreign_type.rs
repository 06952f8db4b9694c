dynaseal::key_attribute!(bool as String);

fn main() {}
