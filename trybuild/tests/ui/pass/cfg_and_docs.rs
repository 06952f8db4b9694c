#![deny(missing_docs, unused, private_interfaces)]
//! Attributes of other macros and of the compiler.

use dynaseal::EncryptedItem;

/// An entity.
#[derive(EncryptedItem)]
#[must_use]
pub struct Employee {
    /// The key.
    #[doc(alias = "id")]
    #[cfg(all())]
    #[partition_key]
    pub employee_id: String,
    /// Another key, behind a disabled feature.
    #[cfg(any())]
    #[partition_key]
    pub employee_id: NoSuchType,
    /// Signed on this platform.
    #[cfg_attr(all(), sign_only)]
    #[cfg_attr(any(), do_nothing)]
    pub department: String,
}

fn main() {
    let actions = Employee::ACTIONS;
    assert_eq!(actions[0], ("department", dynaseal::AttributeAction::SignOnly));
    let _: EmployeeKey = "e-1".into();
}
