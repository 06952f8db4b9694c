use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(compound(name = both, split = '^', signed(team = "T-", name = "N-"), encrypted(badge = "B-")))]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[item(beacon(bits = 20))]
    badge: String,
    name: String,
}

fn main() {}
