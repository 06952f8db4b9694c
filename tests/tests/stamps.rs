//! What writing sets, what the server may change, and what a struct does not have.

mod stamps {
    mod generations;
    mod in_place;
    mod setup;
    mod times;
    mod versions;
}
