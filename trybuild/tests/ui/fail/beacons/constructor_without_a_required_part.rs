use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(compound(name = both, split = '^', signed(team = "T-"), encrypted(badge = "B-"), constructor(optional(team))))]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[item(beacon(bits = 20))]
    badge: String,
}

fn main() {}
