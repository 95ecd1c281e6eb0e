"""Regeneration: when a guideline changes, exactly the right answers change with it."""
