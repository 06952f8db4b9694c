//! The Python and the Java client read what dynaseal wrote, and the reverse: random items under every provider and key.

mod peers {
    mod matrix;
}
