//! What must not compile, and what it says: see `tests/ui`.
