//! The guide: one page for each thing that one wants to know. All code in it is tested.
//!
//! | page | when to read it |
//! |---|---|
//! | [`quick_start`] | first |
//! | [`annotations`] | before you decide what is encrypted |
//! | [`providers`] | before you decide where keys come from |
//! | [`from_java_and_python`] | when there is a table of the DynamoDB Encryption Client |
//! | [`rotation`] | when keys change |
//! | [`schema_evolution`] | when a struct changes |
//! | [`changing_an_action`] | when an attribute is to be encrypted that was not, or the reverse |
//! | [`import`] | when there is a table in plaintext |
//! | [`renaming_a_table`] | when a table gets another name |
//! | [`restoring_a_backup`] | before you need it |
//! | [`testing`] | when you write tests of your own program |
//! | [`observability`] | before the program runs where it matters: logs, audit, metrics |
//! | [`production`] | before that, too: tables, permissions, transport, Regions, Lambda, other stores |
//! | [`threat_model`] | before you rely on it: what is protected, from whom, and what is not |
//! | [`wire_format`] | when another program reads or writes the same items |
//! | [`errors`] | when something failed |
//! | [`compile_errors`] | when the compiler refused something |
//! | [`faq`] | for everything else |

// Pages are modules without code. In them, what Rust's tests run is what a reader copies.
macro_rules! pages {
    ($($page:ident $text:literal)*) => {$(
        #[doc = include_str!($text)]
        pub mod $page {}
    )*};
}

pages! {
    quick_start "quick_start.md"
    annotations "annotations.md"
    providers "providers.md"
    from_java_and_python "from_java_and_python.md"
    rotation "rotation.md"
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
