//! The protection of an entity, recorded in a file for review.

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use dynaseal::{EncryptedItem, Number, assert_actions};

#[derive(EncryptedItem)]
#[item(logical_table_name = "employees", entity = "employee", unknown = reject)]
#[item(index(name = "by-department", partition = department, sort = hired))]
#[item(other("retired", action = sign_only))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: Option<String>,
    salary: Number,
    #[sign_only]
    department: String,
    #[do_nothing]
    #[item(rename = "n")]
    logins: u64,
    #[item(bytes)]
    photo: Vec<u8>,
    #[item(set)]
    skills: BTreeSet<String>,
    #[do_nothing]
    #[item(ttl)]
    expires: Option<dynaseal::Expiry>,
    #[sign_only]
    #[item(version)]
    version: u64,
}

/// The same entity with an unencrypted secret.
mod careless {
    use dynaseal::EncryptedItem;

    #[derive(EncryptedItem)]
    pub(super) struct Employee {
        #[partition_key]
        employee_id: String,
        #[do_nothing]
        salary: u64,
    }
}

#[test]
fn the_protection_matches_the_reviewed_one() {
    assert_actions!(Employee, "tests/entity/protection/employee.txt");
}

#[test]
fn a_weaker_protection_fails_and_is_named() {
    let failure =
        catch_unwind(|| assert_actions!(careless::Employee, "tests/entity/protection/employee.txt")).unwrap_err();
    let message = failure.downcast_ref::<String>().unwrap();
    for expected in [
        "  - attribute     salary: encrypted and signed; Number\n",
        "  + attribute     salary: NOT PROTECTED; u64\n",
        "  - unknown       rejected\n",
        "DYNASEAL_BLESS=1",
    ] {
        assert!(message.contains(expected), "{message}");
    }
}
