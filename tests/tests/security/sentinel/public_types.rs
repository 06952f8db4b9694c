//! Every public type whose `Debug` could show a secret must be printed, so that new types are not forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::{Attribute, Fields, Item, Visibility};

/// Types that a derived `Debug` may show: they are too small for a key or a text, or part of the program.
const HARMLESS: [&str; 11] = ["Duration", "Option", "bool", "f64", "i16", "static", "str", "u32", "u64", "u8", "usize"];

/// Types that are not printed, with the reason.
const NOT_SAID: [(&str, &str); 22] = [
    ("CompoundOf", "is the type of an attribute, which no program has a value of"),
    ("CompoundText", "is part of a `CompoundPrefix`, which is said"),
    ("KeyValue", "shows the program's own value, as that shows itself"),
    ("LockedOut", "has the name of a recipient, which every item shows"),
    ("Member", "is made of a program's source by the compiler"),
    ("Number", "is a value of the program's own, as a `u64` is"),
    ("Parts", "shows nothing of its values"),
    ("Pkcs11AesKeyring", "is said in the test of tokens"),
    ("Pkcs11RsaKeyring", "is said in the test of tokens"),
    ("Pkcs11SigningKey", "is said in the test of tokens"),
    ("Pkcs11Token", "is said in the test of tokens"),
    ("Pkcs11WrappingKey", "is said in the test of tokens"),
    ("Query", "is part of a `Selection`, which shows its table"),
    ("ScopeChange", "has the names of a version and of an attribute, and two actions"),
    ("Stored", "cannot be named outside of the crate, and shows a template"),
    ("Template", "is made of a program's source by the compiler"),
    ("Trailing", "shows the program's own value, as that shows itself"),
    ("TransactionPart", "cannot be named outside of the crate; a `Transaction` shows how many it has"),
    ("Unordered", "shows the program's own value, as that shows itself"),
    ("Unwritable", "has the name of an attribute and the message of an error, which is said"),
    ("WantsMaterials", "is part of what a `RepositoryBuilder` shows"),
    ("WantsNothing", "is part of what a `RepositoryBuilder` shows"),
];

/// A type with `Debug`.
struct Found {
    is_public: bool,
    /// The types of its fields; unknown for a manual `Debug`.
    derived_from: Option<BTreeSet<String>>,
}

pub(crate) fn assert_all_are_among(said: &BTreeSet<String>) {
    let types = types_with_debug();
    let harmless = harmless(&types);
    let must: BTreeSet<&str> = types
        .iter()
        .filter(|(name, all)| all.iter().any(|found| found.is_public) && !harmless.contains(name.as_str()))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(
        must.len() > 60 && must.contains("AesKey") && must.contains("Get"),
        "the search finds too little: {must:?}"
    );

    let excepted: BTreeSet<&str> = NOT_SAID.iter().map(|(name, _)| *name).collect();
    let said: BTreeSet<&str> = said.iter().map(String::as_str).collect();
    let missing: Vec<&str> =
        must.iter().filter(|name| !said.contains(*name) && !excepted.contains(*name)).copied().collect();
    assert!(
        missing.is_empty(),
        "the `Debug` of these public types can show a secret; make one of each with a secret in it and say it in this test: \
         {missing:?}"
    );
    let stale: Vec<&str> =
        excepted.iter().filter(|name| !must.contains(*name) || said.contains(*name)).copied().collect();
    assert!(stale.is_empty(), "no exception is needed for {stale:?}");
}

/// Returns the types that transitively contain only harmless types.
fn harmless(types: &BTreeMap<String, Vec<Found>>) -> BTreeSet<String> {
    let mut harmless: BTreeSet<String> = HARMLESS.map(str::to_owned).into();
    loop {
        let is_harmless = |found: &Found| found.derived_from.as_ref().is_some_and(|parts| parts.is_subset(&harmless));
        let more: Vec<String> = types
            .iter()
            .filter(|(name, all)| !harmless.contains(*name) && all.iter().all(is_harmless))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return harmless;
        }
        harmless.extend(more);
    }
}

/// Returns every type in the sources of the crate that has `Debug`, by name.
fn types_with_debug() -> BTreeMap<String, Vec<Found>> {
    let mut types: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    let mut public = BTreeSet::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src")) {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        visit(file.items, &mut types, &mut public);
    }
    for (name, all) in &mut types {
        all.iter_mut().for_each(|found| found.is_public |= public.contains(name));
    }
    types
}

fn visit(items: Vec<Item>, types: &mut BTreeMap<String, Vec<Found>>, public: &mut BTreeSet<String>) {
    for item in items {
        let (name, visibility, attributes, fields) = match item {
            Item::Struct(item) => (item.ident, item.vis, item.attrs, vec![item.fields]),
            Item::Enum(item) => {
                let fields = item.variants.into_iter().map(|variant| variant.fields).collect();
                (item.ident, item.vis, item.attrs, fields)
            }
            Item::Impl(item) => {
                let is_debug = item.trait_.as_ref().is_some_and(|(implemented, _)| is_called(implemented, "Debug"));
                let name = item.self_ty.to_token_stream().to_string();
                let name = words(&name).next().unwrap_or_default().to_owned();
                if is_debug {
                    types.entry(name).or_default().push(Found { is_public: false, derived_from: None });
                }
                continue;
            }
            // A manual implementation for several types.
            Item::Macro(item) if item.mac.path.is_ident("debug_by_table") => {
                for one in item.mac.tokens.to_string().split(',') {
                    let name = words(one).next().unwrap_or_default().to_owned();
                    types.entry(name).or_default().push(Found { is_public: false, derived_from: None });
                }
                continue;
            }
            Item::Mod(item) => {
                if let Some((_, items)) = item.content.filter(|_| !is_test(&item.attrs)) {
                    visit(items, types, public);
                }
                continue;
            }
            _ => continue,
        };
        let name = name.to_string();
        if matches!(visibility, Visibility::Public(_)) {
            public.insert(name.clone());
        }
        if derives_debug(&attributes) {
            let derived_from = fields.iter().flat_map(parts).collect();
            types.entry(name).or_default().push(Found { is_public: false, derived_from: Some(derived_from) });
        }
    }
}

/// Returns the names in the types of the fields, and `[` for collections.
fn parts(fields: &Fields) -> Vec<String> {
    let types = fields.iter().map(|field| field.ty.to_token_stream().to_string());
    types
        .filter(|text| !text.starts_with("PhantomData"))
        .flat_map(|text| {
            let several = text.contains('[').then(|| "[".to_owned());
            words(&text).map(str::to_owned).chain(several).collect::<Vec<_>>()
        })
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_').filter(|word| !word.is_empty())
}

fn is_called(implemented: &impl quote::ToTokens, name: &str) -> bool {
    words(&implemented.to_token_stream().to_string()).any(|word| word == name)
}

fn derives_debug(attributes: &[Attribute]) -> bool {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives.into_iter().any(|attribute| is_called(&attribute.meta, "Debug"))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && is_called(&attribute.meta, "test"))
}

/// Returns the files of the crate, without tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    all.filter(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        path.extension().is_some_and(|extension| extension == "rs") && !name.ends_with("tests") && name != "fixture"
    })
    .collect()
}
