#![deny(warnings)]

use dynaseal::EncryptedItem;

// Types of the user with the names of types in the prelude.
#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
enum Result {
    Ok,
}
#[allow(dead_code)]
struct Vec;
#[allow(dead_code)]
trait Into {}
#[allow(dead_code, non_camel_case_types)]
struct str;
#[allow(dead_code, non_camel_case_types)]
struct usize;

#[allow(dead_code, non_snake_case)]
fn Some() {}
#[allow(dead_code, non_snake_case)]
fn Ok() {}

#[derive(EncryptedItem)]
#[item(entity = "employee", rename_all = "kebab-case", debug)]
#[item(index(name = "by-self", partition = self_, sort = expires))]
#[item(partition_key(name = "pk", template = "{self_}#{value:03}"), sort_key(name = "sk", template = "{made}"))]
struct Employee {
    #[sign_only]
    self_: String,
    #[sign_only]
    value: u8,
    #[sign_only]
    made: String,
    #[do_nothing]
    #[item(ttl)]
    expires: u64,
    #[item(set)]
    set: std::collections::BTreeSet<String>,
    text: String,
    template: String,
    indexes: String,
}

fn main() {
    let key: EmployeeKey = ("a", 1, "b").into();
    assert_eq!(format!("{key:?}"), r#"EmployeeKey { self_: "a", value: 1, made: "b" }"#);
    let _ = (Employee::indexes(), Employee::fields());
}
