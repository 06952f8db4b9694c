//! What the options of the derive make of an entity.

mod entity {
    mod discriminators;
    mod indexes;
    mod times_to_live;
}
