"""Questions in, the passages an answer may rest on out."""
