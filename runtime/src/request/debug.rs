//! The `Debug` output of requests: the table, without keys and values.

macro_rules! debug_by_table {
    ($($request:ident: $($table:tt).+),+) => {$(
        impl<T: crate::request::Record> std::fmt::Debug for $request<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($request)).field("table", &self.$($table).+.name).finish_non_exhaustive()
            }
        }
    )+};
}

pub(super) use debug_by_table;
