//! How `rename_all` makes an attribute's name of a field's. The words are serde's.

use proc_macro2::Ident;
use syn::parse::ParseStream;

use super::parse::{list, string};
use crate::ctxt::mistake;

/// The case of the attributes' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RenameRule {
    Lowercase,
    Uppercase,
    PascalCase,
    CamelCase,
    SnakeCase,
    ScreamingSnakeCase,
    KebabCase,
    ScreamingKebabCase,
}

use RenameRule::{
    CamelCase, KebabCase, Lowercase, PascalCase, ScreamingKebabCase, ScreamingSnakeCase, SnakeCase, Uppercase,
};

const RULES: &[(&str, RenameRule)] = &[
    ("lowercase", Lowercase),
    ("UPPERCASE", Uppercase),
    ("PascalCase", PascalCase),
    ("camelCase", CamelCase),
    ("snake_case", SnakeCase),
    ("SCREAMING_SNAKE_CASE", ScreamingSnakeCase),
    ("kebab-case", KebabCase),
    ("SCREAMING-KEBAB-CASE", ScreamingKebabCase),
];

/// `= ".."`, after the word `rename_all`.
pub(super) fn rename_rule(word: &Ident, input: ParseStream<'_>) -> syn::Result<RenameRule> {
    let text = string(word, input)?;
    let known: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
    let rule = RULES.iter().find(|(name, _)| *name == text.value());
    rule.map(|(_, rule)| *rule).ok_or_else(|| {
        mistake(
            text.span(),
            format_args!("`{}` is no case of names", text.value()),
            format_args!("the cases are {}, as in serde", list(&known)),
            format_args!("write `{word} = \"camelCase\"`, for example"),
        )
    })
}

impl RenameRule {
    /// The name of the attribute of a field that is called this, in snake case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Lowercase | SnakeCase => field.to_owned(),
            Uppercase | ScreamingSnakeCase => field.to_ascii_uppercase(),
            PascalCase => pascal_case(field),
            CamelCase => {
                let name = pascal_case(field);
                let mut characters = name.chars();
                let first = characters.next().map(|first| first.to_ascii_lowercase());
                first.into_iter().chain(characters).collect()
            }
            KebabCase => field.replace('_', "-"),
            ScreamingKebabCase => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal_case(field: &str) -> String {
    let mut name = String::new();
    let mut starts_word = true;
    for character in field.chars() {
        match character {
            '_' => starts_word = true,
            _ if starts_word => {
                name.push(character.to_ascii_uppercase());
                starts_word = false;
            }
            _ => name.push(character),
        }
    }
    name
}
