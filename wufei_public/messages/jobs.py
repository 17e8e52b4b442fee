"""What the jobs process does for messages."""

from wufei_public.infra.scheduler import Job
from wufei_public.infra.work import house
from wufei_public.messages import actions


def deliver(_slot: str) -> int:
    return actions.deliver_due(house())


JOBS = (Job("messages.deliver", deliver, every=1),)
