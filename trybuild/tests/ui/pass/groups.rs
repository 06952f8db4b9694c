//! A group of entities of another module, without the names of the prelude.
#![no_implicit_prelude]

mod entities {
    use ::dynaseal::EncryptedItem;
    use ::std::string::String;

    #[derive(EncryptedItem)]
    #[item(entity = "team")]
    pub struct Team {
        #[partition_key]
        pub id: String,
        pub budget: u64,
    }

    #[derive(EncryptedItem)]
    #[item(entity = "employee")]
    pub struct Employee {
        #[partition_key]
        pub id: String,
        pub salary: u64,
    }
}

::dynaseal::entities! {
    /// The entities of the table.
    pub enum StaffItem {
        Team(entities::Team),
        /// A person.
        Person(crate::entities::Employee),
    }
}

fn main() {
    let team = entities::Team { id: ::std::string::String::new(), budget: 1 };
    let (StaffItem::Team(entities::Team { budget: sum, .. }) | StaffItem::Person(entities::Employee { salary: sum, .. })) =
        ::std::convert::Into::into(team);
    ::std::assert_eq!(sum, 1);
}
