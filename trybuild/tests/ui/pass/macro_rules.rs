use dynaseal::EncryptedItem;

macro_rules! entity {
    ($visibility:vis $name:ident, $key:ident: $key_type:ty, $attribute:literal, $function:path, $($field:ident: $type:ty),*) => {
        #[derive(EncryptedItem)]
        $visibility struct $name {
            #[partition_key]
            #[item(rename = $attribute)]
            $key: $key_type,
            // The field belongs to the macro, not to its caller.
            item: u32,
            #[item(default = $function)]
            name: String,
            $(#[sign_only] $field: $type,)*
        }
    };
}

entity!(pub(crate) Employee, employee_id: String, "id", String::new, salary: u32, titles: Vec<String>);

fn main() {
    let _: EmployeeKey = "e-1".into();
    assert_eq!(Employee::KEY_SCHEMA.partition_key.name, "id");
}
