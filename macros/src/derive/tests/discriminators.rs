use quote::quote;

use super::{with_container, with_field};

#[test]
fn a_discriminator_needs_a_value_and_a_unique_name() {
    let cases = [
        (quote!(entity), "`entity` needs a value"),
        (quote!(entity = ), "`entity` needs a value"),
        (quote!(entity = employee), "`entity` takes a string"),
        (quote!(entity()), "`entity` needs a value"),
        (quote!(entity("employee")), "expected the name of an option"),
        (quote!(entity(attribute = "type")), "`entity` needs a value"),
        (quote!(entity(value = "a", value = "b")), "`value` is given twice"),
        (quote!(entity(value = "a", name = "b")), "unknown option `name`"),
        (quote!(entity = "a", entity = "b"), "`entity` is given twice"),
        (quote!(entity = ""), "the value of `entity` cannot be empty"),
        (quote!(entity(value = "a", attribute = "")), "an attribute name cannot be empty"),
        (quote!(entity(value = "a", attribute = "*amzn-ddb-map-sig*")), "`*amzn-ddb-map-sig*` is a reserved name"),
        (
            quote!(entity(value = "a", attribute = "employee_id")),
            "the attribute name `employee_id` is taken by the field `employee_id`",
        ),
        (quote!(entity = "a", other("entity", action = encrypt)), "the attribute name `entity` is taken by `entity`"),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_container(quote!(#[item(#options)])).first().map(String::as_str), Some(mistake), "{options}");
    }
    for options in [quote!(entity = "a"), quote!(entity(value = "a")), quote!(entity(attribute = "t", value = "a",))] {
        assert_eq!(with_container(quote!(#[item(#options)])), Vec::<String>::new());
    }
    assert_eq!(with_field(quote!(#[item(entity = "a")] a: u8)), ["`entity` is an option of a struct"]);
}
