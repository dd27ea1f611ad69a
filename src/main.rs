//! Tria.
fn main() {}
