use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Item, LitStr};

use super::derive;

mod beacons;
mod containers;
mod context;
mod discriminators;
mod forms;
mod indexes;
mod keys;
mod snapshot;
mod templates;
mod tenants;
mod times_to_live;

/// Returns the messages of the errors in the expansion, which must be valid Rust for any input.
fn errors(input: TokenStream) -> Vec<String> {
    messages(derive(input))
}

fn messages(expansion: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expansion).unwrap();
    let macros = file.items.into_iter().filter_map(|item| match item {
        Item::Macro(item) => Some(item.mac),
        _ => None,
    });
    macros.map(|error| error.parse_body::<LitStr>().unwrap().value()).collect()
}

/// Returns the first lines of the errors.
fn mistakes(input: TokenStream) -> Vec<String> {
    first_lines(derive(input))
}

fn first_lines(expansion: TokenStream) -> Vec<String> {
    messages(expansion).iter().map(|message| message.lines().next().unwrap().to_owned()).collect()
}

/// Returns the errors of an employee with this field or these fields besides the key.
fn with_field(field: TokenStream) -> Vec<String> {
    mistakes(quote! {
        struct Employee {
            #[partition_key]
            employee_id: String,
            #field
        }
    })
}

/// Returns the errors of an employee with these attributes above the struct.
fn with_container(attributes: TokenStream) -> Vec<String> {
    mistakes(quote! {
        #attributes
        struct Employee {
            #[partition_key]
            employee_id: String,
        }
    })
}

#[test]
fn a_valid_entity_has_no_errors() {
    let entity = quote! {
        /// A documented struct.
        #[item(logical_table_name = "employees", unknown = sign_only, crate = crate::vendored)]
        pub struct Employee<T> where T: Clone {
            #[partition_key]
            #[item(rename = "id")]
            employee_id: String,
            #[sort_key]
            #[sign_only]
            hired: u32,
            #[do_nothing]
            #[item(default = HashMap::<String, u8>::new, skip_if = HashMap::is_empty)]
            content: HashMap<String, u8>,
            #[item(bytes, default)]
            photo: Vec<u8>,
            #[item(skip, default = make)]
            label: T,
        }
    };
    assert_eq!(errors(entity), Vec::<String>::new());
}

#[test]
fn every_message_states_the_error_the_reason_and_the_fix() {
    let messages = errors(quote! {
        #[sign_only]
        #[item(logical_table_name = "", colour = "red")]
        struct Employee<'a> {
            #[sort_key]
            #[encrypt]
            #[item(skip)]
            hired: u32,
            #[item(rename = "hired")]
            name: String,
        }
    });
    assert_eq!(messages.len(), 8, "{messages:#?}");
    for message in messages {
        let lines: Vec<&str> = message.lines().collect();
        let [what, note, help] = lines[..] else { panic!("{message}") };
        assert!(!what.is_empty());
        assert!(note.starts_with("note: "), "{message}");
        assert!(help.starts_with("help: "), "{message}");
    }
}

#[test]
fn only_structs_with_named_fields_can_be_entities() {
    assert_eq!(
        mistakes(quote!(
            enum E {
                A,
            }
        )),
        ["an enum cannot be an entity"]
    );
    assert_eq!(
        mistakes(quote!(
            struct E(#[partition_key] u8);
        )),
        ["a tuple struct cannot be an entity"]
    );
    assert_eq!(
        mistakes(quote!(
            struct E;
        )),
        ["a unit struct cannot be an entity"]
    );
    assert_eq!(mistakes(quote!(union E { a: u8 })), ["a union cannot be an entity"]);
    assert_eq!(
        mistakes(quote!(
            struct E<'a> {
                #[partition_key]
                a: &'a str,
            }
        )),
        ["an entity cannot have a lifetime parameter"]
    );
}

#[test]
fn an_entity_has_one_partition_key_and_at_most_one_sort_key() {
    assert_eq!(
        mistakes(quote!(
            struct E {
                a: u8,
            }
        )),
        ["`E` has no partition key"]
    );
    assert_eq!(
        mistakes(quote!(
            struct E {}
        )),
        ["`E` has no partition key"]
    );
    assert_eq!(
        with_field(quote!(#[partition_key] a: u8, #[partition_key] b: u8)),
        vec!["a second partition key: `employee_id` is one already"; 2]
    );
    assert_eq!(with_field(quote!(#[sort_key] a: u8, #[sort_key] b: u8)), ["a second sort key: `a` is one already"]);
    assert_eq!(
        mistakes(quote!(
            struct E {
                #[sort_key]
                #[partition_key]
                a: u8,
            }
        )),
        ["`a` is already the partition key"]
    );
}

#[test]
fn a_key_must_be_signed_and_present() {
    let cases = [
        (quote!(#[encrypt]), "a key cannot be encrypted"),
        (quote!(#[do_nothing]), "a key cannot be left unsigned"),
        (quote!(#[item(skip)]), "a key cannot have `skip`"),
        (quote!(#[item(skip_if = f)]), "a key cannot have `skip_if`"),
        (quote!(#[item(default)]), "a key cannot have `default`"),
        (quote!(#[item(bytes)]), "a key does not need `bytes`"),
    ];
    for (attribute, mistake) in cases {
        assert_eq!(with_field(quote!(#[sort_key] #attribute hired: u32)), [mistake]);
    }
    assert!(with_field(quote!(#[sort_key] #[sign_only] hired: u32)).is_empty());
}

#[test]
fn a_field_has_one_action_without_arguments() {
    assert_eq!(with_field(quote!(#[encrypt] #[sign_only] a: u8)), ["`a` is already `#[encrypt]`"]);
    assert_eq!(with_field(quote!(#[do_nothing] #[do_nothing] a: u8)), ["`#[do_nothing]` is written twice"]);
    assert_eq!(with_field(quote!(#[encrypt()] a: u8)), ["`#[encrypt]` takes no arguments"]);
    assert_eq!(with_field(quote!(#[sign_only = "x"] a: u8)), ["`#[sign_only]` takes no arguments"]);
    assert_eq!(with_field(quote!(#[sort_key(a, b)] a: u8)), ["`#[sort_key]` takes no arguments"]);
    assert_eq!(with_container(quote!(#[do_nothing])), ["`#[do_nothing]` is for fields"]);
}

#[test]
fn attribute_names_must_be_allowed_by_dynamodb_and_the_format() {
    let named = |name: &str| with_field(quote!(#[item(rename = #name)] a: u8));
    assert_eq!(named("*amzn-ddb-map-sig*"), ["`*amzn-ddb-map-sig*` is a reserved name"]);
    assert_eq!(named("*amzn-ddb-map-desc*"), ["`*amzn-ddb-map-desc*` is a reserved name"]);
    assert_eq!(named("aws:rep:x"), ["`aws:rep:x` belongs to DynamoDB"]);
    assert_eq!(named(""), ["an attribute name cannot be empty"]);
    assert_eq!(named("employee_id"), ["the attribute name `employee_id` is taken by the field `employee_id`"]);
    assert!(named("aws:other").is_empty());

    let long = |length: usize| "n".repeat(length);
    let key = |name: String| with_field(quote!(#[sort_key] #[item(rename = #name)] a: u8));
    assert_eq!(key(long(256)), ["this attribute name has 256 bytes"]);
    assert_eq!(key("ß".repeat(128)), ["this attribute name has 256 bytes"]);
    assert!(key(long(255)).is_empty());
    assert_eq!(named(&long(65_536)), ["this attribute name has 65536 bytes"]);
    assert!(named(&long(65_535)).is_empty());
}

#[test]
fn the_name_of_a_skipped_field_does_not_clash() {
    assert!(with_field(quote!(name: u8, #[item(skip)] other: u8)).is_empty());
    assert_eq!(
        with_field(quote!(#[sign_only] #[item(skip, rename = "employee_id", bytes, skip_if = f)] a: u8)),
        [
            "`#[sign_only]` has no effect on a skipped field",
            "`rename` has no effect on a skipped field",
            "`bytes` has no effect on a skipped field",
            "`skip_if` has no effect on a skipped field",
        ]
    );
}

#[test]
fn unknown_options_list_the_known_ones() {
    let message = &errors(quote!(
        struct E {
            #[partition_key]
            #[item(colour = "x")]
            a: u8,
        }
    ))[0];
    assert_eq!(
        message,
        "unknown option `colour`\n\
         note: the options of a field are `rename`, `alias`, `default`, `skip`, `skip_if`, `template`, `bytes`, `number`, `set`, `with`, `ttl`, \
         `tenant`, `version`, `created_at`, `updated_at`, `beacon`\n\
         help: correct the name, or remove the option"
    );
    let message = &errors(quote!(
        #[item(colour)]
        struct E {
            #[partition_key]
            a: u8,
        }
    ))[0];
    assert_eq!(
        message,
        "unknown option `colour`\n\
         note: the options of a struct are `logical_table_name`, `rename_all`, `require_explicit`, `debug`, `partition_key`, \
         `sort_key`, `unknown`, `unsigned_prefix`, \
         `other`, `entity`, `index`, `beacon`, `compound`, `partitions`, `crate`\n\
         help: correct the name, or remove the option"
    );
}

#[test]
fn misplaced_options_name_their_place() {
    for word in ["partition_key", "sort_key", "encrypt", "sign_only", "do_nothing"] {
        let ident = format_ident!("{word}");
        assert_eq!(with_field(quote!(#[item(#ident)] a: u8)), [format!("`{word}` is not an option")]);
    }
    assert_eq!(with_field(quote!(#[item(unknown = reject)] a: u8)), ["`unknown` is an option of a struct"]);
    assert_eq!(with_container(quote!(#[item(bytes)])), ["`bytes` is an option of a field"]);
}

#[test]
fn options_reject_other_values() {
    let cases = [
        (quote!(rename), "`rename` needs a value"),
        (quote!(rename = ), "`rename` needs a value"),
        (quote!(rename = 5), "`rename` takes a string"),
        (quote!(rename("n")), "`rename` takes its value after `=`"),
        (quote!(skip_if), "`skip_if` needs a value"),
        (quote!(skip_if = |x| x), "`skip_if` takes the path of a function"),
        (quote!(default = 5), "`default` takes the path of a function"),
        (quote!(default = "f"), "`default` takes the path of a function, without quotes"),
        (quote!(default = String::new()), "`default` takes the path of a function, not a call of it"),
        (quote!(default(f)), "`default` takes its value after `=`"),
        (quote!(bytes = true), "`bytes` takes no value"),
        (quote!(bytes default), "expected `,` after `bytes`"),
        (quote!(5), "expected the name of an option"),
        (quote!(rename = "n", rename = "m"), "`rename` is given twice"),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_field(quote!(#[item(#options)] a: u8)), [mistake], "{options}");
    }
    assert_eq!(with_field(quote!(#[item] a: u8)), ["`#[item]` without options"]);
    assert_eq!(with_field(quote!(#[item()] a: u8)), ["`#[item]` without options"]);
    assert_eq!(with_field(quote!(#[item = "n"] a: u8)), ["`#[item]` without options"]);
}

#[test]
fn container_options_reject_other_values() {
    let cases = [
        (quote!(logical_table_name = 5), "`logical_table_name` takes a string"),
        (quote!(logical_table_name = ""), "a table name cannot be empty"),
        (quote!(unknown = "reject"), "`unknown` takes an action or `reject`"),
        (quote!(unknown = refuse), "`unknown` takes an action or `reject`"),
        (quote!(crate = "x"), "`crate` takes the path of a crate, without quotes"),
        (quote!(crate = 5), "`crate` takes a path"),
        (quote!(unknown(reject)), "`unknown` takes its value after `=`"),
        (quote!(unknown = reject, unknown = encrypt), "`unknown` is given twice"),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_container(quote!(#[item(#options)])), [mistake], "{options}");
    }
}

#[test]
fn a_version_must_be_a_sign_only_integer() {
    let cases = [
        (quote!(#[encrypt] #[item(version)]), "a version cannot be encrypted"),
        (quote!(#[do_nothing] #[item(version)]), "a version cannot be left unsigned"),
        (quote!(#[item(version, default)]), "a version cannot have `default`"),
        (quote!(#[item(version, skip_if = f)]), "a version cannot have `skip_if`"),
        (quote!(#[item(bytes, version)]), "a version cannot have `bytes`"),
        (quote!(#[item(version, with = m)]), "a version cannot have `with`"),
        (quote!(#[item(skip, version)]), "`version` has no effect on a skipped field"),
        (quote!(#[item(version = 1)]), "`version` takes no value"),
        (quote!(#[sort_key] #[item(version)]), "a key cannot be `version`"),
        (quote!(#[sort_key] #[encrypt] #[item(version)]), "a key cannot be encrypted"),
    ];
    for (attributes, mistake) in cases {
        assert_eq!(with_field(quote!(#attributes a: u64)).first().unwrap(), mistake, "{attributes}");
    }
    assert!(with_field(quote!(#[sign_only] #[item(version, rename = "v")] a: u64)).is_empty());
}

#[test]
fn managed_attributes_and_fields_match_one_to_one() {
    assert_eq!(with_field(quote!(#[item(version, updated_at)] a: u64)), ["`version` and `updated_at` on one field"]);
    assert_eq!(with_field(quote!(#[item(created_at, created_at)] a: u64)), ["`created_at` is given twice"]);
    for managed in [quote!(version), quote!(created_at), quote!(updated_at)] {
        let twice = quote!(#[item(#managed)] a: u64, #[item(#managed)] b: u64);
        assert_eq!(with_field(twice), [format!("a second `{managed}`: `a` is one already")]);
        let key = quote!(#[sort_key] #[item(#managed)] a: u64);
        assert_eq!(with_field(key), [format!("a key cannot be `{managed}`")]);
    }
    for action in [quote!(), quote!(#[encrypt]), quote!(#[sign_only]), quote!(#[do_nothing])] {
        assert!(with_field(quote!(#action #[item(created_at, default)] a: u64)).is_empty());
    }
}

#[test]
fn other_attributes_need_a_unique_name_and_an_action() {
    let cases = [
        (quote!(other), "`other` needs the name of an attribute"),
        (quote!(other = "grade"), "`other` needs the name of an attribute"),
        (quote!(other()), "`other` needs the name of an attribute"),
        (quote!(other(grade, action = encrypt)), "`other` needs the name of an attribute"),
        (quote!(other("grade")), "`other` needs the attribute's action"),
        (quote!(other("grade",)), "`other` needs the attribute's action"),
        (quote!(other("grade" action = encrypt)), "`other` needs the attribute's action"),
        (quote!(other("grade", sign_only)), "`other` needs the attribute's action"),
        (quote!(other("grade", action)), "`other` needs the attribute's action"),
        (quote!(other("grade", action = )), "`other` needs the attribute's action"),
        (quote!(other("grade", action = reject)), "`other` needs the attribute's action"),
        (quote!(other("grade", action = "encrypt")), "`other` needs the attribute's action"),
        (quote!(other("grade", act = encrypt)), "`other` needs the attribute's action"),
        (
            quote!(other("grade", action = encrypt, "rank", action = encrypt)),
            "`other` takes a name and an action, and nothing more",
        ),
        (quote!(other("", action = encrypt)), "an attribute name cannot be empty"),
        (quote!(other("*amzn-ddb-map-sig*", action = encrypt)), "`*amzn-ddb-map-sig*` is a reserved name"),
        (quote!(other("aws:rep:x", action = do_nothing)), "`aws:rep:x` belongs to DynamoDB"),
        (
            quote!(other("employee_id", action = sign_only)),
            "the attribute name `employee_id` is taken by the field `employee_id`",
        ),
        (
            quote!(other("a", action = sign_only), other("a", action = encrypt)),
            "the attribute name `a` is taken by another `other(..)`",
        ),
    ];
    for (options, mistake) in cases {
        assert_eq!(with_container(quote!(#[item(#options)])), [mistake], "{options}");
    }
    assert_eq!(with_field(quote!(#[item(other("a", action = encrypt))] a: u8)), ["`other` is an option of a struct"]);
    assert_eq!(
        with_container(quote!(#[item(other("b", action = encrypt,), other("a", action = do_nothing))])),
        Vec::<String>::new()
    );
}

#[test]
fn all_errors_are_reported_at_once() {
    let found = with_field(quote! {
        #[item(colour = "red, blue", rename = 5, 7, skip = true, default = f)]
        a: u8,
        #[encrypt]
        #[do_nothing]
        b: u8,
        #[item(rename = "b")]
        c: u8,
    });
    assert_eq!(
        found,
        [
            "unknown option `colour`",
            "`rename` takes a string",
            "expected the name of an option",
            "`skip` takes no value",
            "`b` is already `#[encrypt]`",
            "the attribute name `b` is taken by the field `b`",
        ]
    );
}

#[test]
fn an_entity_and_its_key_are_generated_despite_errors() {
    let expansion = derive(quote! {
        struct Employee<T> {
            #[partition_key]
            #[encrypt]
            id: T,
        }
    })
    .to_string();
    let expected = [
        "EncryptedItem for Employee < T >",
        "struct EmployeeKey < T >",
        "ItemKey for EmployeeKey",
        "struct EmployeeFields < T >",
        "const fn fields () -> EmployeeFields < T >",
    ];
    for expected in expected {
        assert!(expansion.contains(expected), "{expansion}");
    }
    let expansion = derive(quote!(
        enum Employee {}
    ))
    .to_string();
    assert!(expansion.contains("EncryptedItem for Employee"), "{expansion}");
}

#[test]
fn a_handle_has_the_protection_of_its_attribute() {
    let expansion = derive(quote! {
        struct Employee {
            #[partition_key]
            id: String,
            salary: u64,
            #[sign_only]
            department: String,
            #[do_nothing]
            #[item(rename = "n")]
            logins: u64,
            #[item(skip)]
            label: String,
        }
    });
    let file: syn::File = syn::parse2(expansion).unwrap();
    let handles = file.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == "EmployeeFields" => Some(&item.fields),
        _ => None,
    });
    let types: Vec<String> = handles.unwrap().iter().map(|field| field.ty.to_token_stream().to_string()).collect();
    let handle = |ty: &str, protection: &str| {
        let runtime = ":: dynaseal :: condition ::";
        format!("{runtime} Attr < Employee , {ty} , {runtime} {protection} >")
    };
    let expected = [("String", "Key"), ("u64", "Encrypted"), ("String", "SignOnly"), ("u64", "DoNothing")];
    assert_eq!(types, expected.map(|(ty, protection)| handle(ty, protection)));
}

#[test]
fn the_key_struct_has_the_parameters_and_bounds_of_its_own_fields() {
    let expansion = derive(quote! {
        struct Document<'a_not, Id: Clone + From<Body>, Body: Debug, const N: usize>
        where
            Id: Debug,
            Body: Clone,
        {
            #[partition_key]
            id: Wrapper<Id>,
            body: [Body; N],
        }
    });
    // The lifetime is rejected, so there is no key here.
    assert!(expansion.to_string().contains("struct DocumentKey { }"));

    let expansion = derive(quote! {
        struct Document<Id: Clone + From<Body>, Body: Debug, const N: usize>
        where
            Id: Debug,
            Body: Clone,
        {
            #[partition_key]
            id: Wrapper<Id>,
            body: [Body; N],
        }
    });
    let expansion = expansion.to_string();
    assert!(expansion.contains("struct DocumentKey < Id : Clone > where Id : Debug"), "{expansion}");
}

#[test]
fn input_that_is_not_an_item_is_an_error() {
    for input in [
        quote!(),
        quote!(
            fn f() {}
        ),
        quote!(struct),
        quote!(struct S { a }),
        quote!(1 + 1),
    ] {
        assert_eq!(errors(input).len(), 1);
    }
}

#[test]
fn with_takes_the_path_of_a_module() {
    assert_eq!(with_field(quote!(#[item(with = celsius)] a: T)), Vec::<String>::new());
    assert_eq!(with_field(quote!(#[item(with = ::a::b::celsius, default, rename = "t")] a: T)), Vec::<String>::new());
    assert_eq!(with_field(quote!(#[item(with)] a: T)), ["`with` needs a value"]);
    assert_eq!(
        with_field(quote!(#[item(with = "celsius")] a: T)),
        ["`with` takes the path of a module, without quotes"]
    );
}

#[test]
fn with_excludes_other_storage_options() {
    assert_eq!(with_field(quote!(#[item(with = m, bytes)] a: T)), ["`with` and `bytes` exclude each other"]);
    assert_eq!(with_field(quote!(#[item(skip, with = m)] a: T)), ["`with` has no effect on a skipped field"]);
    assert_eq!(with_field(quote!(#[sort_key] #[item(with = m)] a: T)), ["a key cannot have `with`"]);
}

/// Found by fuzzing. Such a type cannot be stored, which the compiler reports.
#[test]
fn a_type_of_several_traits_is_parenthesized() {
    for ty in [quote!(u32+), quote!(dyn A + B), quote!(impl A + B)] {
        for option in
            [quote!(#[item(default = f)]), quote!(#[item(default)]), quote!(#[sign_only]), quote!(#[item(bytes)])]
        {
            let expansion = derive(quote!(struct S { #[partition_key] id: String, #option a: #ty }));
            assert!(syn::parse2::<syn::File>(expansion.clone()).is_ok(), "{option} a: {ty}: {expansion}");
        }
    }
}

#[test]
fn borrowed_fields_are_rejected() {
    for ty in [quote!(&'static str), quote!(Option<&'static str>), quote!(Vec<&'static [u8]>), quote!(&'static Number)]
    {
        assert_eq!(with_field(quote!(a: #ty)), ["an entity cannot hold a reference"], "{ty}");
        assert_eq!(with_field(quote!(#[item(skip)] a: #ty)), Vec::<String>::new(), "{ty}");
        assert_eq!(with_field(quote!(#[item(with = names)] a: #ty)), Vec::<String>::new(), "{ty}");
    }
    for ty in [quote!(Cow<'static, str>), quote!(fn(&str) -> u8), quote!(PhantomData<&'static str>)] {
        assert_eq!(with_field(quote!(a: #ty)), Vec::<String>::new(), "{ty}");
    }
}

/// In generated structs, `Self` is another type.
#[test]
fn self_is_replaced_by_the_struct_type() {
    let expansion = derive(quote! {
        struct Node<T> {
            #[partition_key]
            id: <Self as Tree<T>>::Id,
            children: Vec<Self>,
            parent: Option<Self::Parent>,
        }
    });
    let expansion = expansion.to_string();
    for spelled_out in
        ["pub id : < Node < T > as Tree < T >> :: Id", "Vec < Node < T > >", "Option << Node < T > > :: Parent >"]
    {
        let found = expansion.replace(' ', "").contains(&spelled_out.replace(' ', ""));
        assert!(found, "{spelled_out} is not in {expansion}");
    }
}

#[test]
fn lint_levels_apply_to_generated_code() {
    let expansion = derive(quote! {
        #[allow(deprecated)]
        #[expect(dead_code, reason = "of tests")]
        #[cfg(all())]
        struct Employee {
            #[partition_key]
            id: String,
        }
    });
    let expansion = expansion.to_string();
    // Two structs, and the constant that holds the implementations.
    assert_eq!(expansion.matches("# [allow (deprecated)]").count(), 3, "{expansion}");
    assert_eq!(expansion.matches("# [allow (dead_code , reason = \"of tests\")]").count(), 3, "{expansion}");
    assert!(!expansion.contains("expect") && !expansion.contains("cfg"), "{expansion}");
}
