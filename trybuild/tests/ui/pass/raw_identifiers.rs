use dynaseal::EncryptedItem;

#[allow(non_camel_case_types)]
#[derive(EncryptedItem)]
struct r#struct {
    #[partition_key]
    r#type: String,
    #[sort_key]
    r#fn: u32,
    r#match: bool,
}

fn main() {
    let _: structKey = ("t", 1).into();
    let names: Vec<&str> = r#struct::ACTIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["fn", "match", "type"]);
}
