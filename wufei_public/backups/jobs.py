"""Keeps the file of what was forgotten in step with the database."""

from wufei_public.backups.actions.forgetting import copy_new
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house


def copy_forgotten(_slot: str) -> int:
    """Copy erasures into the file that outlives a restore."""
    return copy_new(house())


JOBS = (Job("backups.copy_forgotten", copy_forgotten, every=60),)
