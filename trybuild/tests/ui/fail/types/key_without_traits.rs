use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use dynaseal::EncryptedItem;

struct Id(String);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Id {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

dynaseal::key_attribute!(Id as String);

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: Id,
}

fn main() {}
