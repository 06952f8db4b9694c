//! What the options of the derive make of an entity.

mod entity {
    mod indexes;
}
