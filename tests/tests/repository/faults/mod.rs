//! Every operation of a repository and of an encrypted table under every fault of the network, and given up at every point
//! where it waits: what is read is all there is, and what is stored is what the caller was told.

mod between_pages;
mod many;
mod one_item;
mod operations;
mod readings;
mod setup;
mod silence;
mod stalled_reader;
mod transactions;
mod wrong_answers;
