//! The expansion of one entity, for readers: it should look like handwritten code.

use std::path::Path;

use quote::quote;

use super::derive;

#[test]
fn the_expansion_matches_the_snapshot() {
    let expansion = derive(quote! {
        #[item(entity = "employee", index(name = "by-department", partition = department, sort = hired))]
        pub struct Employee {
            #[partition_key]
            #[item(rename = "id")]
            employee_id: String,
            #[sort_key]
            #[item(template = "YEAR#{hired:04}")]
            hired: u32,
            name: String,
            #[sign_only]
            department: Option<Department>,
            #[do_nothing]
            #[item(default)]
            logins: u64,
        }
    });
    let expansion = prettyplease::unparse(&syn::parse2(expansion).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/derive/tests/employee.expanded.txt");
    if std::env::var_os("DYNASEAL_BLESS").is_some() {
        std::fs::write(&path, &expansion).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expansion == expected,
        "the expansion is another: read it after `DYNASEAL_BLESS=1 cargo test -p dynaseal-macros`, and commit it if it is better"
    );
}
