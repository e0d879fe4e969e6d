//! What the benches share: a corpus of bounded size, made without a clock and without a network.
