//! The rules of `rename_all`, which derive an attribute's name from a field's. Their names are serde's.

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
    RenameRule::of(&text.value()).ok_or_else(|| {
        mistake(
            text.span(),
            format_args!("`{}` is not a case of names", text.value()),
            format_args!("the cases are {}, as in serde", list(&known)),
            format_args!("write `{word} = \"camelCase\"`, for example"),
        )
    })
}

impl RenameRule {
    /// Returns the rule with this name in serde.
    pub(crate) fn of(name: &str) -> Option<Self> {
        RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
    }

    /// Returns the text of a variant with this name, which is in Pascal case.
    pub(crate) fn apply_to_variant(self, variant: &str) -> String {
        match self {
            PascalCase => variant.to_owned(),
            Lowercase => variant.to_ascii_lowercase(),
            Uppercase => variant.to_ascii_uppercase(),
            CamelCase => decapitalized(variant),
            SnakeCase | ScreamingSnakeCase | KebabCase | ScreamingKebabCase => {
                let words = variant.char_indices().fold(String::new(), |mut words, (position, character)| {
                    if position > 0 && character.is_uppercase() {
                        words.push('_');
                    }
                    words.push(character.to_ascii_lowercase());
                    words
                });
                self.apply(&words)
            }
        }
    }

    /// Returns the attribute name of a field with this name, which is in snake case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Lowercase | SnakeCase => field.to_owned(),
            Uppercase | ScreamingSnakeCase => field.to_ascii_uppercase(),
            PascalCase => pascal_case(field),
            CamelCase => decapitalized(&pascal_case(field)),
            KebabCase => field.replace('_', "-"),
            ScreamingKebabCase => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn decapitalized(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
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
