"""Reviewed answers in, pages out."""
