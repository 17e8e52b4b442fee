"""Taking a file of figures along is on record: who, which, in what format."""

from wufei_public.checkins.rules.boards import Span
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def note_export(w: Work, *, fmt: str, span: Span, town: str) -> None:
    """Write down that the actor took along the figures of a span, of one town or of all."""
    after = {"format": fmt, "from": span.first.isoformat(), "to": span.last.isoformat()}
    audit.record(w, "checkins:export", f"checkins/{town or 'district'}", after=after)
