use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(compound(name = both, split = '^', signed(team = "T-"), encrypted(name = "N-")))]
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
