"""Telling apart who was cancelled: the task that runs, or something that it waited for."""

from __future__ import annotations

import asyncio


def is_cancelled() -> bool:
    """Whether it is the running task that is to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
