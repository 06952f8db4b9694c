use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{derive, errors, mistakes};

/// Returns the errors of an employee with these options above the struct.
fn with_options(options: TokenStream) -> Vec<String> {
    mistakes(employee(options))
}

fn employee(options: TokenStream) -> TokenStream {
    quote! {
        #[item(#options)]
        struct Employee {
            #[partition_key]
            employee_id: String,
            #[sort_key]
            hired: u32,
            name: String,
            #[sign_only]
            department: Option<String>,
            #[do_nothing]
            #[item(rename = "n")]
            logins: u64,
            #[item(skip)]
            label: String,
            #[item(version)]
            r#type: u64,
        }
    }
}

#[test]
fn every_unencrypted_attribute_can_be_an_index_key() {
    let legal = [
        quote!(index(name = "by-department", partition = department)),
        quote!(index(name = "by-department", partition = department, sort = hired,)),
        quote!(index(sort = logins, partition = department, name = "by.department")),
        quote!(index(name = "by-hired", partition = hired, sort = employee_id)),
        quote!(index(name = "by-type", partition = type, sort = r#type)),
        quote!(index(name = "abc", local, sort = logins)),
        quote!(index(name = "abc", local, partition = employee_id, sort = logins)),
        quote!(index(name = "abc", partition = department, projection = all)),
        quote!(index(name = "abc", partition = department, projection = keys_only)),
        quote!(index(name = "abc", partition = department, projection = include(name, logins,))),
        quote!(index(name = "abc", partition = department), index(name = "abd", partition = department)),
    ];
    for options in legal {
        let expected: &[&str] = match options.to_string().contains("r#type") {
            true => &["`type` is already the index's partition key"],
            false => &[],
        };
        assert_eq!(with_options(options.clone()), expected, "{options}");
    }
}

#[test]
fn an_index_needs_a_name_and_keys() {
    let cases = [
        (quote!(index), "`index` needs its options in parentheses"),
        (quote!(index = "by-department"), "`index` needs its options in parentheses"),
        (quote!(index(partition = department)), "an index needs a name"),
        (quote!(index(name = "abc")), "an index needs a partition key"),
        (quote!(index(name = "abc", sort = hired)), "an index needs a partition key"),
        (quote!(index(name = "ab", partition = hired)), "`ab` cannot be the name of an index"),
        (quote!(index(name = "by department", partition = hired)), "`by department` cannot be the name of an index"),
        (quote!(index(name = "bÿ-x", partition = hired)), "`bÿ-x` cannot be the name of an index"),
        (quote!(index(name = "-", partition = hired)), "`-` cannot be the name of an index"),
        (quote!(index(name = 5, name = "abc", partition = hired)), "`name` takes a string"),
        (quote!(index(name = "abc", name = "abd", partition = hired)), "`name` is given twice"),
        (quote!(index(name = "abc", partition = "hired")), "`partition` takes the name of a field, without quotes"),
        (quote!(index(name = "abc", partition = hired, sort)), "`sort` needs a value"),
        (quote!(index(name = "abc", partition = hired, local = true)), "`local` takes no value"),
        (quote!(index(name = "abc", partition = hired, unique)), "unknown option `unique`"),
        (
            quote!(index(name = "abc", partition = hired, projection = some)),
            "`projection` takes `all`, `keys_only`, `include(field, ..)`",
        ),
        (quote!(index(name = "abc", partition = hired, projection = include)), "`include` needs the names of fields"),
        (quote!(index(name = "abc", partition = hired, projection = include())), "`include` needs the names of fields"),
        (
            quote!(index(name = "abc", partition = hired, projection = include("name"))),
            "`include` needs the names of fields",
        ),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_options(options.clone()).first().map(String::as_str), Some(mistake), "{options}");
    }
    let long = "n".repeat(256);
    assert_eq!(
        with_options(quote!(index(name = #long, partition = hired))),
        [format!("`{long}` cannot be the name of an index")]
    );
}

#[test]
fn index_keys_are_stored_and_not_encrypted() {
    let cases = [
        (quote!(partition = dept), "there is no field `dept`"),
        (quote!(partition = label), "`label` is not stored"),
        (quote!(partition = hired, projection = include(dept)), "there is no field `dept`"),
        (quote!(partition = name), "`name` is encrypted, so it cannot be a key of an index"),
        (quote!(partition = hired, sort = name), "`name` is encrypted, so it cannot be a key of an index"),
        (quote!(partition = hired, sort = hired), "`hired` is already the index's partition key"),
        (quote!(local, sort = employee_id), "`employee_id` is already the index's partition key"),
        (quote!(local, sort = hired), "`hired` is already the sort key of the table"),
        (quote!(partition = logins, projection = include(hired)), "`hired` is in the index already"),
        (quote!(partition = logins, projection = include(logins)), "`logins` is in the index already"),
        (quote!(partition = logins, projection = include(name, name)), "`name` is in the index already"),
    ];
    for (keys, mistake) in cases {
        assert_eq!(with_options(quote!(index(name = "abc", #keys))), [mistake], "{keys}");
    }
    assert_eq!(
        errors(employee(quote!(index(name = "abc", partition = dept))))[0],
        "there is no field `dept`\n\
         note: an index is of the attributes of fields\n\
         help: name one of `employee_id`, `hired`, `name`, `department`, `logins`, `type`"
    );
}

#[test]
fn an_index_key_is_stored_as_its_type_requires() {
    for option in [quote!(bytes), quote!(with = module)] {
        let mistakes = mistakes(quote! {
            #[item(index(name = "abc", partition = photo))]
            struct Employee {
                #[partition_key]
                employee_id: String,
                #[sign_only]
                #[item(#option)]
                photo: Vec<u8>,
            }
        });
        let word = option.to_string();
        let word = word.split(' ').next().unwrap();
        assert_eq!(mistakes, [format!("a key of an index cannot have `{word}`")]);
    }
}

#[test]
fn a_local_index_has_the_partition_key_of_the_table() {
    let cases = [
        (quote!(name = "abc", local), "a local index needs a sort key"),
        (quote!(name = "abc", local, partition = employee_id), "a local index needs a sort key"),
        (
            quote!(name = "abc", local, partition = department, sort = logins),
            "`department` is not the partition key of the table",
        ),
    ];
    for (index, mistake) in cases {
        assert_eq!(with_options(quote!(index(#index))), [mistake], "{index}");
    }
    let without_sort_key = mistakes(quote! {
        #[item(index(name = "abc", local, sort = department))]
        struct Employee {
            #[partition_key]
            employee_id: String,
            #[sign_only]
            department: String,
        }
    });
    assert_eq!(without_sort_key, ["`Employee` has no sort key, so its table can have no local index"]);
}

#[test]
fn each_index_has_its_own_handle() {
    let two = |first: &str, second: &str| {
        with_options(quote!(index(name = #first, partition = hired), index(name = #second, partition = logins)))
    };
    assert_eq!(two("by-hired", "by-hired"), ["a second index `by-hired`"]);
    assert_eq!(two("by-hired", "ByHired"), ["the indexes `by-hired` and `ByHired` would both be `indexes().by_hired`"]);
    assert!(two("by-hired", "by-logins").is_empty());
}

#[test]
fn handles_are_named_after_their_indexes_in_snake_case() {
    let cases = [
        ("by-department", "by_department"),
        ("ByDepartment", "by_department"),
        ("by.HTTPStatus", "by_http_status"),
        ("GSI1", "gsi1"),
        ("GSI1-type", "gsi1_type"),
        ("type", "r#type"),
        ("super", "super_"),
        ("2020", "index_2020"),
        ("...", "index____"),
    ];
    for (name, handle) in cases {
        let expansion = derive(employee(quote!(index(name = #name, partition = hired)))).to_string();
        assert!(expansion.contains(&format!("pub {handle} :")), "{name}: {expansion}");
    }
}

#[test]
fn handles_are_generated_despite_errors() {
    let expansion = derive(employee(quote!(
        index(name = "by-name", partition = name),
        index(name = "by-dept", partition = dept, sort = hired)
    )))
    .to_string();
    for expected in ["struct EmployeeIndexes", "const fn indexes ()", "pub by_name :", "pub by_dept :"] {
        assert!(expansion.contains(expected), "{expansion}");
    }
}

/// DynamoDB's limits for one table.
#[test]
fn a_table_has_five_local_indexes_and_a_hundred_included_attributes() {
    let local = |count: usize| {
        let indexes = (0..count).map(|number| {
            let name = format!("index-{number}");
            quote!(index(name = #name, local, sort = logins))
        });
        with_options(quote!(#(#indexes),*))
    };
    assert_eq!(local(5), Vec::<String>::new());
    assert_eq!(local(6), ["a local index above DynamoDB's limit of 5"]);

    let including = |count: usize| {
        let fields: Vec<_> = (0..count).map(|number| format_ident!("field_{number}")).collect();
        let (first, second) = fields.split_at(count / 2);
        mistakes(quote! {
            #[item(index(name = "one", partition = department, projection = include(#(#first),*)))]
            #[item(index(name = "two", partition = department, projection = include(#(#second),*)))]
            struct Employee {
                #[partition_key]
                employee_id: String,
                #[sign_only]
                department: String,
                #(#fields: u8,)*
            }
        })
    };
    assert_eq!(including(100), Vec::<String>::new());
    assert_eq!(including(101), ["`field_100` is above DynamoDB's limit of 100 included attributes"]);
}

/// A composite key can also be repeated as both keys of an index.
#[test]
fn an_attribute_cannot_be_both_keys_of_an_index() {
    let with_index = |index: TokenStream| {
        mistakes(quote! {
            #[item(partition_key(name = "PK", template = "{tenant}"), sort_key(name = "SK", template = "{user}"), #index)]
            struct User {
                #[sign_only]
                tenant: String,
                #[sign_only]
                user: String,
                #[sign_only]
                #[item(rename = "n")]
                name: String,
            }
        })
    };
    let pk = quote!(name = "PK", template = "{tenant}");
    let sk = quote!(name = "SK", template = "{user}");
    assert_eq!(
        with_index(quote!(index(name = "abc", partition(#pk), sort(#pk)))),
        ["`PK` is already the index's partition key"]
    );
    assert_eq!(
        with_index(quote!(index(name = "abc", local, sort(#pk)))),
        ["`PK` is already the index's partition key"]
    );
    assert_eq!(
        with_index(quote!(index(name = "abc", local, sort(#sk)))),
        ["`SK` is already the sort key of the table"]
    );
    assert_eq!(with_index(quote!(index(name = "abc", partition(#sk), sort(#pk)))), Vec::<String>::new());
    assert_eq!(with_index(quote!(index(name = "abc", local, sort = name))), Vec::<String>::new());
}
