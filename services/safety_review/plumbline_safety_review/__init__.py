"""Drafts in; what passes is signed, what does not is withheld."""
