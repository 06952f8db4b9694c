//! Every operation of a repository and of an encrypted table under every network fault, and cancelled at every point
//! where it waits. Reads are complete, and the stored items match the reported outcome.

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
