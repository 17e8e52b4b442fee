"""Taking a file of cases along is on record: who, which, in what format."""

from wufei_public.infra import audit
from wufei_public.infra.work import Work


def note_export(w: Work, *, fmt: str, narrowed: str) -> None:
    """Write down that the actor took along the cases of the queue, `narrowed` as it was."""
    audit.record(w, "dumping:export", "dumping/cases", after={"format": fmt, "narrowed": narrowed})
