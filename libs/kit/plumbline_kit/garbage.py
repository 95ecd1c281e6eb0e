"""Python's garbage collector, set for a process that lives long and makes many small objects."""

from __future__ import annotations

import gc

# Against the defaults (700, 10, 10): full collections walked everything that was imported, 40 ms at
# a time and up to a quarter of the loop's CPU (tests/bench/test_loop.py).
THRESHOLDS = (20_000, 20, 20)


def settle() -> None:
    """What lives now lives for ever: collect once, look at it never again. Once per process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
