use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-f0-0", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
#[item(index(name = "by-f0-1", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
#[item(index(name = "by-f0-2", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
#[item(index(name = "by-f0-3", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
#[item(index(name = "by-f0-4", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
#[item(index(name = "by-f0-5", partition = f0, projection = include(f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17)))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    f0: u8,
    #[do_nothing]
    f1: u8,
    #[do_nothing]
    f2: u8,
    #[do_nothing]
    f3: u8,
    #[do_nothing]
    f4: u8,
    #[do_nothing]
    f5: u8,
    #[do_nothing]
    f6: u8,
    #[do_nothing]
    f7: u8,
    #[do_nothing]
    f8: u8,
    #[do_nothing]
    f9: u8,
    #[do_nothing]
    f10: u8,
    #[do_nothing]
    f11: u8,
    #[do_nothing]
    f12: u8,
    #[do_nothing]
    f13: u8,
    #[do_nothing]
    f14: u8,
    #[do_nothing]
    f15: u8,
    #[do_nothing]
    f16: u8,
    #[do_nothing]
    f17: u8,
}

fn main() {}
