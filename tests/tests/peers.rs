//! The Python and the Java client read what dynaseal wrote, and the reverse.

#[cfg(test)]
mod peers {
    mod clients;
    mod damage;
    mod dialects;
    mod forgery;
    mod matrix;
    mod services;
    mod tables;
}
