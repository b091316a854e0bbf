//! The `peyk` binary.

fn main() {}
