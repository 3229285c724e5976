"""What writes the generated parts of the documents; ``python -m docs.writers`` writes all of them."""
