use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(compound(name = team_badge, split = '^', signed(team = "T-"), encrypted(badge = "B-")))]
struct Person {
    #[partition_key]
    id: String,
    #[sign_only]
    team: String,
    #[item(beacon(bits = 20))]
    badge: String,
}

fn find() {
    let _ = Person::team_badge().badge("B7").team("core");
}

fn main() {}
