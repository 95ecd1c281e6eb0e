"""Documents in, immutable editions out."""
