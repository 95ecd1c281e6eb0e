"""Evidence in, a cited draft out."""
