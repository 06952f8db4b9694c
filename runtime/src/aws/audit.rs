//! A record of which keys are used.

/// Emits the audit event of one use of a key. A key is given by its public name, never by its value.
pub(crate) fn key_used(provider: &'static str, operation: &'static str, key: &str, table: &str) {
    tracing::info!(target: "dynaseal::audit", provider, operation, key, table, "key used");
}

/// Emits the audit event of a change to a branch key: `Create`, `Version` or `Shred`.
#[cfg(feature = "kms")]
pub(crate) fn branch_key_changed(operation: &'static str, branch_key: &str, version: &str, key_store: &str) {
    tracing::info!(target: "dynaseal::audit", operation, branch_key, version, key_store, "branch key changed");
}
