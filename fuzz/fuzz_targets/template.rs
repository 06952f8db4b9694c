//! The template of a key, and values for it, one per line. It is parsed like another parser does, or rejected, and a
//! key that it builds is parsed into the same values.
#![no_main]

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex};

use dynaseal::__private::{Piece, Template};
use dynaseal::AttributeValue;
use dynaseal_fuzz::derive;
use libfuzzer_sys::fuzz_target;
use quote::quote;

/// The maximum number of templates, each of which lives as long as the program.
const MAX_TEMPLATES: usize = 100_000;

fuzz_target!(|source: &str| {
    let mut lines = source.split('\n');
    let template = lines.next().unwrap_or_default();
    let pieces = parse(template);
    check_derive(template, pieces.as_deref());
    let Some(template) = pieces.as_deref().and_then(kept) else { return };
    let texts: Vec<&str> = lines.collect();
    match template.1 {
        1 => check_key::<1>(&template.0, &texts),
        2 => check_key::<2>(&template.0, &texts),
        3 => check_key::<3>(&template.0, &texts),
        4 => check_key::<4>(&template.0, &texts),
        _ => {}
    }
});

/// The derive parses the same parts, or rejects what is rejected here.
fn check_derive(template: &str, pieces: Option<&[Part]>) {
    let expanded = derive(quote! {
        #[item(partition_key(name = "PK", template = #template))]
        struct Entity {
            #[sign_only]
            tenant: String,
            #[sign_only]
            user: String,
            #[sign_only]
            r#type: String,
            #[sign_only]
            hired: u64,
        }
    })
    .to_string();
    let Some(pieces) = pieces else {
        assert!(expanded.contains("compile_error"), "{template:?} is accepted");
        return;
    };
    let expected = pieces.iter().map(|piece| match piece {
        Part::Text(text) => quote!(::dynaseal::__private::Piece::Literal(#text)),
        Part::Value(None) => quote!(::dynaseal::__private::Piece::Value),
        Part::Value(Some(width)) => {
            let width = proc_macro2::Literal::usize_unsuffixed(*width);
            quote!(::dynaseal::__private::Piece::Padded(#width))
        }
    });
    let expected = quote!(::dynaseal::__private::Template::new(&[#(#expected),*])).to_string();
    assert!(expanded.contains(&expected), "{template:?} is not {expected}:\n{expanded}");
}

/// A key built from values is parsed into the same values, and the values of a parsed key build the same key.
fn check_key<const N: usize>(template: &Template, texts: &[&str]) {
    if let Ok(values) = <[&str; N]>::try_from(texts)
        && let Ok(key) = template.encode(values.map(|value| Ok(value.to_owned())))
    {
        assert_eq!(template.decode::<N>(Some(&key)).expect("what was made is read"), values);
    }
    let key = AttributeValue::S(texts.join("\n"));
    if let Ok(values) = template.decode::<N>(Some(&key))
        && let Ok(again) = template.encode(values.map(|value| Ok(value.to_owned())))
    {
        assert_eq!(again, key);
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    /// A value with this width.
    Value(Option<usize>),
}

/// The template and its number of values.
type Kept = &'static (Template, usize);

/// Templates are constants of a program, so they are never freed.
fn kept(pieces: &[Part]) -> Option<Kept> {
    static KEPT: LazyLock<Mutex<HashMap<Vec<Part>, Kept>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap();
    if let Some(template) = kept.get(pieces) {
        return Some(template);
    }
    if kept.len() == MAX_TEMPLATES {
        return None;
    }
    let constants: Vec<Piece> = pieces
        .iter()
        .map(|piece| match piece {
            Part::Text(text) => Piece::Literal(text.clone().leak()),
            Part::Value(width) => width.map_or(Piece::Value, Piece::Padded),
        })
        .collect();
    let values = pieces.iter().filter(|piece| matches!(piece, Part::Value(_))).count();
    let template = &*Box::leak(Box::new((Template::new(constants.leak()), values)));
    kept.insert(pieces.to_vec(), template);
    Some(template)
}

/// Parses a template for a partition key of the struct above; `None` if it is invalid.
fn parse(template: &str) -> Option<Vec<Part>> {
    // `${user}` is the placeholder syntax of other languages.
    if template.replace("{{", "").contains("${") {
        return None;
    }
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut used = HashSet::new();
    let mut rest = template;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '{' | '}' if rest.starts_with(character) => {
                text.push(character);
                rest = &rest[1..];
            }
            '}' => return None,
            '{' => {
                let (inside, after) = rest.split_once('}')?;
                let (field, width) =
                    inside.split_once(':').map_or((inside, None), |(field, width)| (field, Some(width)));
                let is_known = ["tenant", "user", "type", "hired"].contains(&field);
                if !is_known || !width.is_none_or(is_width) || !used.insert(field) {
                    return None;
                }
                if !text.is_empty() {
                    pieces.push(Part::Text(std::mem::take(&mut text)));
                } else if matches!(pieces.last(), Some(Part::Value(_))) {
                    return None;
                }
                pieces.push(Part::Value(width.and_then(|width| width.parse().ok())));
                rest = after;
            }
            _ => text.push(character),
        }
    }
    if !text.is_empty() {
        pieces.push(Part::Text(text));
    }
    pieces.iter().any(|piece| matches!(piece, Part::Value(_))).then_some(pieces)
}

fn is_width(width: &str) -> bool {
    (1..=39).any(|number| width == format!("0{number}"))
}
