use dynaseal::{EncryptedItem, ItemKey};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "employees")]
pub struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
    nick: Option<String>,
    #[do_nothing]
    #[item(rename = "n")]
    logins: u64,
    #[item(bytes)]
    photo: Vec<u8>,
    #[item(skip)]
    cached: String,
}

#[test]
fn first() {
    let e = Employee {
        employee_id: "e-1".into(),
        hired: 2020,
        name: "A".into(),
        nick: None,
        logins: 3,
        photo: vec![1],
        cached: "".into(),
    };
    let mut item = e.to_item().unwrap();
    println!("{item:?} {:?}", Employee::ACTIONS);
    assert_eq!(Employee::from_item(&mut item).unwrap(), e);
    let k: EmployeeKey = ("e-1", 2020).into();
    assert_eq!(k, e.key());
    k.to_item().unwrap();
}
