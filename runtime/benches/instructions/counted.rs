//! The counted work: every operation on many items of the same shape, because the order of the entries of a hash map,
//! and thereby the work of sorting them, differs for every item.

use std::hint::black_box;

use serde_json::json;

use crate::bare::{Bare, Buffers};
use crate::contest::copy;
use crate::entity::Entity;
use crate::providers::{Provider, ready};
use crate::shape::Shape;
use dynaseal::{Item, ItemEncryptor};

/// The symbol of [`run_counted_work`] in callgrind.
pub(crate) const COUNTED: &str = "instructions::counted::run_counted_work";

/// The rows of the primitives, which the others are compared with.
pub(crate) const PRIMITIVES: &str = "primitives alone";

pub(crate) const OPERATIONS: [&str; 2] = ["encrypt", "decrypt"];

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
        run_primitives(&shape);
        for provider in Provider::all() {
            run_provider(&shape, &provider);
        }
        if shape.name == "medium" {
            run_entity(&shape);
        }
    }
}

fn shapes() -> Vec<Shape> {
    let [small, medium, large] = Shape::all();
    vec![Shape::of_bytes(16), small, medium, large, Shape::of_attributes(1000)]
}

fn run_primitives(shape: &Shape) {
    let bare = Bare::new(shape);
    let mut encrypted = bare.buffers().clone();
    bare.encrypt(&mut encrypted);
    for operation in OPERATIONS {
        let (start, work): (_, fn(&Bare, &mut Buffers)) = match operation {
            "encrypt" => (bare.buffers(), Bare::encrypt),
            _ => (&encrypted, Bare::decrypt),
        };
        run(shape, operation, PRIMITIVES, || start.clone(), |buffers| work(&bare, buffers));
    }
}

fn run_provider(shape: &Shape, provider: &Provider) {
    let Shape { item, actions, context, .. } = shape;
    let encryptor = ItemEncryptor::new(provider.clone());
    // The first item of a caching provider loads its keys.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let stored = runtime.block_on(encryptor.encrypt(item.clone(), actions, context)).unwrap();
    runtime.block_on(encryptor.decrypt(stored.clone(), actions, context)).unwrap();
    let encrypt = |item: &mut Item| *item = ready(encryptor.encrypt(std::mem::take(item), actions, context)).unwrap();
    run(shape, "encrypt", provider.name(), || copy(item), encrypt);
    let decrypt = |item: &mut Item| *item = ready(encryptor.decrypt(std::mem::take(item), actions, context)).unwrap();
    run(shape, "decrypt", provider.name(), || copy(&stored), decrypt);
}

fn run_entity(shape: &Shape) {
    let entity = Entity::new(shape);
    let name = "struct, WrappedProvider";
    run(shape, "encrypt", name, || (entity.value(), Item::new()), |(value, item)| *item = entity.encrypt(value));
    run(
        shape,
        "decrypt",
        name,
        || (copy(entity.stored()), None),
        |(item, value)| {
            *value = Some(entity.decrypt(std::mem::take(item)));
        },
    );
}

/// The input of the work is created before counting and dropped after it.
fn run<T>(shape: &Shape, operation: &str, subject: &str, start: impl Fn() -> T, work: impl Fn(&mut T)) {
    let count = match shape.name.as_str() {
        "large" | "1000 attributes" => 20,
        _ => 1_000,
    };
    // Fills all caches.
    work(&mut start());
    let mut items: Vec<T> = (0..count).map(|_| start()).collect();
    run_counted_work(&mut || items.iter_mut().for_each(|item| work(black_box(item))));
    let bytes: usize = shape.item.iter().map(|(name, value)| name.len() + value_length(value)).sum();
    let row = json!({
        "shape": shape.name,
        "operation": operation,
        "subject": subject,
        "attributes": shape.item.len(),
        "bytes": bytes,
        "items": count,
    });
    println!("{row}");
}

fn value_length(value: &dynaseal::AttributeValue) -> usize {
    match value {
        dynaseal::AttributeValue::S(text) => text.len(),
        dynaseal::AttributeValue::B(blob) => blob.as_ref().len(),
        other => panic!("no shape has {other:?}"),
    }
}
