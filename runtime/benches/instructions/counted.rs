//! The counted work: every operation on many items of the same shape, because the order of the entries of a hash map,
//! and thereby the work of sorting them, differs for every item.

use std::hint::black_box;

use serde_json::json;

use crate::bare::{Dbesdk, Ddbec, Primitives};
use crate::contest::copy;
use crate::entity::Entity;
use crate::keyrings::Keyring;
use crate::providers::{Provider, ready};
use crate::shape::Shape;
use dynaseal::{Item, ItemEncryptor};

/// The symbol of [`run_counted_work`] in callgrind.
pub(crate) const COUNTED: &str = "instructions::counted::run_counted_work";

/// The rows of the primitives of the DynamoDB Encryption Client's format, which its other rows are compared with.
const PRIMITIVES: &str = "primitives alone";

/// The same for the Database Encryption SDK's format, with a raw AES keyring.
const DBESDK_PRIMITIVES: &str = "primitives of DB-ESDK alone";

const OPERATIONS: [&str; 2] = ["encrypt", "decrypt"];

/// Callgrind counts the instructions of this function.
#[inline(never)]
pub(crate) fn run_counted_work(work: &mut dyn FnMut()) {
    work();
    // Prevents a tail call, which would leave this function early.
    black_box(());
}

/// Prints one line for every call of [`run_counted_work`].
pub(crate) fn run_all() {
    for shape in shapes() {
        run_primitives::<Ddbec>(&shape, &ROWS_OF_DDBEC);
        for provider in Provider::all() {
            let rows = Rows { subject: provider.name(), primitives: Some(PRIMITIVES), ..ROWS_OF_DDBEC };
            run_encryptor(&shape, &ItemEncryptor::new(provider), &rows);
        }
        if shape.name == "medium" {
            run_entity(&shape);
        }
    }
    let keyrings = Keyring::all();
    for shape in shapes().into_iter().chain(other_shapes()).map(Shape::with_signed_key) {
        let items = (2_000_000 / length(&shape.item)).clamp(5, 250);
        let rows = Rows { subject: DBESDK_PRIMITIVES, primitives: None, budget: None, items };
        run_primitives::<Dbesdk>(&shape, &rows);
        for keyring in keyrings.iter().filter(|keyring| keyring.is_run_with(&shape)) {
            let budget = shape.budget.map(|budget| budget.dbesdk * keyring.allowance);
            let rows = Rows { subject: keyring.name, primitives: Some(DBESDK_PRIMITIVES), budget, items };
            run_encryptor(&shape, &keyring.encryptor, &rows);
        }
        #[cfg(feature = "testing")]
        if shape.name == "medium" {
            crate::beacons::run(&shape);
        }
    }
}

fn shapes() -> Vec<Shape> {
    let [small, medium, large] = Shape::all();
    vec![Shape::of_bytes(16), small, medium, large, Shape::of_attributes(1000)]
}

/// Returns the other shapes of both growth curves.
fn other_shapes() -> impl Iterator<Item = Shape> {
    [1, 10, 100].map(Shape::of_attributes).into_iter().chain([1024, 16 * 1024, 390 * 1024].map(Shape::of_bytes))
}

/// The description of the rows of one shape.
struct Rows {
    /// The provider or keyring.
    subject: &'static str,
    /// The subject of the rows that these are compared with.
    primitives: Option<&'static str>,
    /// The allowed ratio to the primitives.
    budget: Option<f64>,
    items: usize,
}

const ROWS_OF_DDBEC: Rows = Rows { subject: PRIMITIVES, primitives: None, budget: None, items: 1_000 };

fn run_primitives<P: Primitives>(shape: &Shape, rows: &Rows) {
    let bare = P::new(shape);
    let mut encrypted = bare.buffers().clone();
    bare.encrypt(&mut encrypted);
    for operation in OPERATIONS {
        let (start, work): (_, fn(&P, &mut P::Buffers)) = match operation {
            "encrypt" => (bare.buffers(), P::encrypt),
            _ => (&encrypted, P::decrypt),
        };
        run(shape, operation, rows, || start.clone(), |buffers| work(&bare, buffers));
    }
}

fn run_encryptor(shape: &Shape, encryptor: &ItemEncryptor, rows: &Rows) {
    let Shape { item, actions, context, .. } = shape;
    // The first item of a caching provider or keyring loads its keys.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let stored = runtime.block_on(encryptor.encrypt(item.clone(), actions, context)).unwrap();
    runtime.block_on(encryptor.decrypt(stored.clone(), actions, context)).unwrap();
    let encrypt = |item: &mut Item| *item = ready(encryptor.encrypt(std::mem::take(item), actions, context)).unwrap();
    run(shape, "encrypt", rows, || copy(item), encrypt);
    let decrypt = |item: &mut Item| *item = ready(encryptor.decrypt(std::mem::take(item), actions, context)).unwrap();
    run(shape, "decrypt", rows, || copy(&stored), decrypt);
}

fn run_entity(shape: &Shape) {
    let entity = Entity::new(shape);
    let rows = Rows { subject: "struct, WrappedProvider", primitives: Some(PRIMITIVES), ..ROWS_OF_DDBEC };
    run(shape, "encrypt", &rows, || (entity.value(), Item::new()), |(value, item)| *item = entity.encrypt(value));
    run(
        shape,
        "decrypt",
        &rows,
        || (copy(entity.stored()), None),
        |(item, value)| {
            *value = Some(entity.decrypt(std::mem::take(item)));
        },
    );
}

/// The input of the work is created before counting and dropped after it.
fn run<T>(shape: &Shape, operation: &str, rows: &Rows, start: impl Fn() -> T, work: impl Fn(&mut T)) {
    let count = match shape.name.as_str() {
        "large" | "1000 attributes" => rows.items.min(20),
        _ => rows.items,
    };
    // Fills all caches.
    work(&mut start());
    let mut items: Vec<T> = (0..count).map(|_| start()).collect();
    run_counted_work(&mut || items.iter_mut().for_each(|item| work(black_box(item))));
    let name = |subject: &str| format!("{operation}, {}, {subject}", shape.name);
    let row = json!({
        "name": name(rows.subject),
        "primitives": rows.primitives.map(name),
        "budget": rows.budget,
        "attributes": shape.item.len(),
        "bytes": length(&shape.item),
        "items": count,
    });
    println!("{row}");
}

/// Returns the length of all names and values, in bytes.
fn length(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_length(value)).sum()
}

fn value_length(value: &dynaseal::AttributeValue) -> usize {
    match value {
        dynaseal::AttributeValue::S(text) => text.len(),
        dynaseal::AttributeValue::B(blob) => blob.as_ref().len(),
        other => panic!("no shape has {other:?}"),
    }
}
