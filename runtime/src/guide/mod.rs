//! The guide, with one page for each topic. All code in it is tested.
//!
//! | page | read it |
//! |---|---|
//! | [`quick_start`] | first |
//! | [`choosing_a_format`] | before the first item is stored |
//! | [`modelling`] | before choosing keys, indexes and what is readable |
//! | [`annotations`] | before choosing which attributes to encrypt |
//! | [`choosing_keys`] | before choosing the source of keys for the Database Encryption SDK's format |
//! | [`providers`] | before choosing the source of keys for the older format |
//! | [`searching`] | when encrypted attributes must be searchable |
//! | [`from_java_and_python`] | to use an existing table of the DynamoDB Encryption Client |
//! | [`from_the_first_format`] | to move such a table to the current format, and back |
//! | [`from_other_libraries`] | to move from the SDK, `serde_dynamo`, `modyne` or `cipherstash-dynamodb` |
//! | [`rotation`] | to change keys |
//! | [`tenants`] | when each tenant needs its own key, and when a tenant leaves |
//! | [`schema_evolution`] | to change a struct |
//! | [`changing_an_action`] | to encrypt an attribute that was not encrypted, or the reverse |
//! | [`import`] | to encrypt an existing table in plaintext |
//! | [`renaming_a_table`] | to change the name of a table |
//! | [`restoring_a_backup`] | before a backup has to be restored |
//! | [`testing`] | to test a program that uses this crate |
//! | [`observability`] | before production: logs, audit, metrics |
//! | [`production`] | before production: tables, permissions, transport, Regions, Lambda, other stores |
//! | [`threat_model`] | before relying on the protection: what is protected, from whom, and what is not |
//! | [`wire_format`] | to read or write the same items with another program |
//! | [`errors`] | when a call fails |
//! | [`compile_errors`] | when a program does not compile |
//! | [`faq`] | for other questions |

// Pages are modules without code, so that the documentation tests run the examples that readers copy.
macro_rules! pages {
    ($($page:ident $text:literal)*) => {$(
        #[doc = include_str!($text)]
        pub mod $page {}
    )*};
}

pages! {
    quick_start "quick_start.md"
    choosing_a_format "choosing_a_format.md"
    modelling "modelling.md"
    annotations "annotations.md"
    choosing_keys "choosing_keys.md"
    providers "providers.md"
    searching "searching.md"
    from_java_and_python "from_java_and_python.md"
    from_the_first_format "from_the_first_format.md"
    from_other_libraries "from_other_libraries.md"
    rotation "rotation.md"
    tenants "tenants.md"
    schema_evolution "schema_evolution.md"
    changing_an_action "changing_an_action.md"
    import "import.md"
    renaming_a_table "renaming_a_table.md"
    restoring_a_backup "restoring_a_backup.md"
    testing "testing.md"
    observability "observability.md"
    production "production.md"
    threat_model "threat_model.md"
    wire_format "wire_format.md"
    errors "errors.md"
    compile_errors "compile_errors.md"
    faq "faq.md"
}
