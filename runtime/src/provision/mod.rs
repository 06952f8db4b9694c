//! Creating tables, and comparing them with what their entities need.

mod check_table;
mod create_table;
mod settings;
mod table_schema;

pub use check_table::{Aspect, CheckTable, Difference, Severity, TableReport};
pub use create_table::CreateTable;
pub use settings::{Billing, ServerSideEncryption};
