//! Code shared by the examples of the documentation.
//!
//! ```ignore
//! /// Writes a new entity.
//! ///
//! #[doc = example!(employees)]
//! /// employees.create(&ada).await?;
//! #[doc = example!(end)]
//! ```

/// Returns the hidden beginning or end of an example in memory. Without the embedded store, it is compiled but not run.
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
