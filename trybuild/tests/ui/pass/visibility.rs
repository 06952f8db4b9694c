#![deny(private_interfaces)]

mod people {
    use dynaseal::EncryptedItem;

    #[derive(EncryptedItem)]
    pub(in crate::people) struct Hidden {
        #[partition_key]
        id: String,
    }

    #[derive(EncryptedItem)]
    pub struct Shown {
        #[partition_key]
        id: String,
    }

    #[derive(EncryptedItem)]
    struct Private {
        #[partition_key]
        id: String,
    }

    pub fn use_all() -> (bool, bool) {
        let hidden: HiddenKey = "h".into();
        let private: PrivateKey = "p".into();
        (hidden.id.is_empty(), private.id.is_empty())
    }
}

fn main() {
    let key: people::ShownKey = "s".into();
    assert_eq!(key.id, "s");
    people::use_all();
}
