//! What the documentation's examples have in common.
//!
//! ```ignore
//! /// Writes a new entity.
//! ///
//! #[doc = example!(employees)]
//! /// employees.create(&ada).await?;
//! #[doc = example!(end)]
//! ```

/// The hidden beginning of an example in memory, or its end. Without the embedded store it is not run.
#[cfg(feature = "embedded")]
macro_rules! example {
    (end) => {
        "# Ok::<(), dynaseal::Error>(())\n# }).unwrap();\n```"
    };
    ($setup:ident) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example/", stringify!($setup), ".md"))
    };
}

#[cfg(not(feature = "embedded"))]
macro_rules! example {
    (end) => {
        "```"
    };
    ($setup:ident) => {
        "```ignore"
    };
}

pub(crate) use example;
