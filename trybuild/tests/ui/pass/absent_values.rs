//! Optional fields can be absent, and can be removed.

use std::collections::BTreeSet;

use dynaseal::{EncryptedItem, Expiry};

#[derive(EncryptedItem)]
#[item(index(name = "by-team", partition = team))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip_if = is_zero, default)]
    bonus: u32,
    #[do_nothing]
    #[item(skip_if = Option::is_none)]
    note: Option<String>,
    #[do_nothing]
    #[item(bytes, skip_if = Vec::is_empty, default)]
    photo: Vec<u8>,
    #[do_nothing]
    #[item(bytes, skip_if = no_icon)]
    icon: Option<Vec<u8>>,
    #[do_nothing]
    #[item(set, skip_if = BTreeSet::is_empty)]
    tags: BTreeSet<String>,
    #[do_nothing]
    #[item(ttl, skip_if = Option::is_none)]
    expires: Option<Expiry>,
    #[do_nothing]
    #[item(skip_if = Option::is_none)]
    team: Option<String>,
    #[do_nothing]
    #[item(with = dynaseal::codec::exact)]
    rate: Option<String>,
}

fn is_zero(bonus: &u32) -> bool {
    *bonus == 0
}

fn no_icon(icon: &Option<Vec<u8>>) -> bool {
    icon.is_none()
}

fn main() {
    let fields = Employee::fields();
    let removals =
        [fields.note.remove(), fields.photo.remove(), fields.icon.remove(), fields.tags.remove(), fields.rate.remove()];
    drop(removals);
    drop([fields.expires.remove(), fields.team.remove()]);
}
