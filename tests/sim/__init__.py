"""The benches themselves, and the proofs beside them."""
