mod vendored {
    pub mod storage {
        pub use dynaseal as sealed;
    }
}

// Nothing can be found under the usual name.
mod dynaseal {}

#[derive(vendored::storage::sealed::EncryptedItem)]
#[item(crate = crate::vendored::storage::sealed)]
struct Employee {
    #[partition_key]
    employee_id: String,
    name: Option<String>,
    #[item(bytes)]
    photo: Vec<u8>,
}

fn main() {
    let _: EmployeeKey = "e-1".into();
}
