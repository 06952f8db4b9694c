//! What most programs do not use is not compiled for them. `CONTRIBUTING.md` explains how.

use super::{code_of, sources};

/// The keyrings, of which a program uses one or none, and tools, which services rarely contain.
const RARE: [&str; 4] = ["keyrings/", "migration/", "plan/", "provision/"];

#[test]
fn keyrings_and_tools_are_compiled_where_they_are_used() {
    assert_inline(60, |file, _| RARE.iter().any(|folder| file.starts_with(folder)));
}

const BOXED: [&str; 5] =
    ["-> KeyringFuture", "-> MaterialsFuture", "-> BoxFuture", "-> Pin<Box<dyn Future", "-> Self::IntoFuture"];

/// So a program compiles the requests to AWS KMS only if it uses KMS.
#[test]
fn futures_on_the_heap_are_compiled_where_they_are_used() {
    assert_inline(60, |_, head| BOXED.iter().any(|future| head.contains(future)));
}

/// Checks the functions that are selected by file and head, of which there are more than `minimum`.
fn assert_inline(minimum: usize, is_selected: impl Fn(&str, &str) -> bool) {
    let sources = sources();
    let all = sources.iter().flat_map(|(file, text)| functions(text).into_iter().map(move |found| (file, found)));
    let selected: Vec<_> = all.filter(|(file, (head, _))| is_selected(file, head)).collect();
    assert!(selected.len() > minimum, "the functions were not found");
    let violations = selected.into_iter().filter(|(_, (_, is_inline))| !is_inline);
    let violations = violations.map(|(file, (head, _))| format!("{file} lacks #[inline] before: {head}"));
    assert_eq!(violations.collect::<Vec<_>>(), Vec::<String>::new());
}

/// The compiler compiles the body of such a function, but not those of methods.
#[test]
fn public_async_functions_are_generic() {
    let sources = sources();
    let reachable = sources.iter().filter(|(file, _)| *file != "__private.rs");
    let lines = reachable
        .flat_map(|(file, text)| code_of(text).lines().map(|line| format!("{file}: {line}")).collect::<Vec<_>>());
    let public: Vec<_> = lines.filter(|line| line.contains(": pub async fn ")).collect();
    assert!(!public.is_empty(), "the functions were not found");
    let violations = public.into_iter().filter(|line| {
        let name = line.split('(').next().unwrap_or_default();
        !name.contains('<') && !line.contains(": impl ")
    });
    assert_eq!(violations.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn functions_without_the_attribute_are_found() {
    let text = "#[inline]\n#[must_use]\npub(super) fn a() {}\ntrait T {\n    fn b();\n}\nimpl<'a> T for U<'a> {\n    \
                fn b(\n        &self,\n    ) -> X {\n    }\n    #[inline]\n    const fn c() {}\n}\nimpl<V> U<V> {\n    fn e() {}\n}\n\
                #[cfg(test)]\nmod tests {\n    fn d() {}\n}\n";
    let found: Vec<_> = functions(text);
    assert_eq!(
        found,
        [
            ("pub(super) fn a() {}".to_owned(), true),
            ("fn b( &self, ) -> X {".to_owned(), false),
            ("const fn c() {}".to_owned(), true)
        ]
    );
}

/// Returns the head of each function that has a body and is not part of a trait, and whether it is `#[inline]`. Those of
/// traits and of generic implementations are compiled where they are used in any case.
fn functions(text: &str) -> Vec<(String, bool)> {
    let code = code_of(text);
    let mut found = Vec::new();
    let (mut is_inline, mut is_generic) = (false, false);
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        if line == start && !line.is_empty() {
            // Lifetimes do not make code generic.
            let has_types = line.starts_with("impl<") && !line.starts_with("impl<'");
            is_generic = has_types || line.contains("trait ");
        }
        if is_function(start) {
            let mut head = start.to_owned();
            while !head.contains(['{', ';']) {
                head = format!("{head} {}", lines.next().unwrap_or("{").trim());
            }
            if !is_generic {
                found.push((head, is_inline));
            }
        }
        is_inline = start == "#[inline]" || (is_inline && start.starts_with("#["));
    }
    found
}

fn is_function(line: &str) -> bool {
    let qualifiers = ["pub ", "pub(super) ", "pub(crate) ", "const ", "async "];
    let mut rest = line;
    while let Some(shorter) = qualifiers.iter().find_map(|qualifier| rest.strip_prefix(qualifier)) {
        rest = shorter;
    }
    rest.starts_with("fn ")
}
