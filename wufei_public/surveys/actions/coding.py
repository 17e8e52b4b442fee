"""Officials say what comments are about."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.surveys.actions.looking import require_look
from wufei_public.surveys.actions.steps import note
from wufei_public.surveys.models import Coding, Topic, Wave
from wufei_public.surveys.queries import comments, waves

MOST_TOPICS = 60


def add_topic(w: Work, *, code: str, label: str) -> Topic:
    """Add a topic; Invalid where the wave has it already, or too many."""
    wave = _readable(w, code)
    known = comments.topics(w.session, wave.id)
    if label in {topic.label for topic in known}:
        raise _refusal(N_("已经有这个主题了。"))
    if len(known) >= MOST_TOPICS:
        raise _refusal(N_("主题太多了，先合并几个。"))
    topic = Topic(wave_id=wave.id, label=label)
    w.session.add(topic)
    w.session.flush()
    note(w, wave, "add_topic", label=label)
    return topic


def drop_topic(w: Work, *, code: str, topic: int) -> None:
    """Take a topic away, from the comments that had it too."""
    wave = _readable(w, code)
    found = w.session.scalar(select(Topic).where(Topic.wave_id == wave.id, Topic.id == topic))
    if found is None:
        return
    w.session.execute(delete(Coding).where(Coding.topic_id == found.id))
    w.session.delete(found)
    w.session.flush()
    note(w, wave, "drop_topic", label=found.label)


def assign(w: Work, *, code: str, comment: str, topics: Collection[int]) -> None:
    """Say that a comment is about these topics of the wave, and about no other."""
    wave = _readable(w, code)
    known = {topic.id for topic in comments.topics(w.session, wave.id)}
    mine = Coding.wave_id == wave.id, Coding.comment == comment
    w.session.execute(delete(Coding).where(*mine))
    rows = [
        {"wave_id": wave.id, "comment": comment, "topic_id": topic}
        for topic in sorted(known & set(topics))
    ]
    if rows:
        w.session.execute(insert(Coding), rows)
    note(w, wave, "code_comment", topics=[row["topic_id"] for row in rows])


def _readable(w: Work, code: str) -> Wave:
    """Return a wave whose comments the actor may read, locked so that two do not mix."""
    wave = waves.wave(w.session, code, locked=True)
    require_look(w, wave)
    return wave


def _refusal(sentence: str) -> Invalid:
    return Invalid("bad_topic", sentence, [FieldError("label", sentence)])
