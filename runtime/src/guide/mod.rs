//! The guide: one page for each thing that one wants to know. All code in it is tested.
//!
//! | page | when to read it |
//! |---|---|
//! | [`quick_start`] | first |
//! | [`errors`] | when something failed |

// Pages are modules without code. In them, what Rust's tests run is what a reader copies.
macro_rules! pages {
    ($($page:ident $text:literal)*) => {$(
        #[doc = include_str!($text)]
        pub mod $page {}
    )*};
}

pages! {
    quick_start "quick_start.md"
    errors "errors.md"
}
