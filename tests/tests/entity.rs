//! What the options of the derive make of an entity.

mod entity {
    mod containers;
    mod discriminators;
    mod indexes;
    mod sets;
    mod templates;
    mod times_to_live;
}
