"""What a questionnaire is made of. Words stand in two languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wufei_public.surveys.rules.expressions import Answer, Tree, holds

# Choices that exclude every other and never change their place.
LAST = ("other", "none", "dk", "refused")
SCALE = ("5", "4", "3", "2", "1")
# So many questions about one thing with one list are a battery: rotated, tested for straight lines.
BATTERY = 3


class Kind(StrEnum):
    """How a question is answered; a note is only read."""

    NOTE = "note"
    ONE = "select_one"
    MANY = "select_multiple"
    RANK = "rank"
    WHOLE = "integer"
    NUMBER = "decimal"
    TEXT = "text"
    PHOTO = "image"
    PLACE = "geopoint"


# What may point at a person: only waves that say so ask for it.
POINTING = frozenset({Kind.PHOTO, Kind.PLACE})
CHOOSING = frozenset({Kind.ONE, Kind.MANY, Kind.RANK})


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and, where the author gave it, in English."""

    zh: str = ""
    en: str = ""

    def read(self, *, english: bool) -> str:
        """Return the text in the reader's language, else in the other."""
        return (self.en or self.zh) if english else (self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a note, with all conditions under which it is asked."""

    name: str
    kind: Kind
    label: Words
    hint: Words = Words()
    required: bool = False
    required_message: Words = Words()
    conditions: tuple[Tree, ...] = ()
    constraint: Tree | None = None
    constraint_message: Words = Words()
    choices: tuple[Choice, ...] = ()
    shuffled: bool = False
    # For half of the people its choices run the other way.
    reversed: bool = False
    long: bool = False
    section: Words = Words()
    # Questions with the same page stand on one screen.
    page: str = ""
    page_label: Words = Words()

    def asked(self, answers: Mapping[str, Answer], known: dict[int, bool] | None = None) -> bool:
        """Say whether the question is asked of somebody who gave `answers`.

        `known` keeps what was found of a group's condition for the next question of the
        group: it depends on questions before the group alone.
        """
        if known is None:
            return all(holds(condition, answers) for condition in self.conditions)
        for condition in self.conditions:
            found = known.get(id(condition))
            if found is None:
                found = known[id(condition)] = holds(condition, answers)
            if not found:
                return False
        return True

    @property
    def is_scale(self) -> bool:
        """Say whether the answers are five steps, 5 the best."""
        return self.kind is Kind.ONE and [c.name for c in self.choices[: len(SCALE)]] == [*SCALE]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of a questionnaire."""

    form_id: str
    version: str
    title: Words
    questions: tuple[Question, ...]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    @property
    def by_name(self) -> dict[str, Question]:
        """Return the questions by their names, in order."""
        return {question.name: question for question in self.questions}

    @property
    def pointing(self) -> list[Question]:
        """Return the questions whose answers may point at a person."""
        return [question for question in self.questions if question.kind in POINTING]

    @property
    def batteries(self) -> list[list[Question]]:
        """Return the groups of scales that stand on one screen."""
        pages: dict[str, list[Question]] = {}
        for question in self.questions:
            if question.is_scale:
                pages.setdefault(question.page, []).append(question)
        return [items for items in pages.values() if len(items) >= BATTERY]


@dataclass(frozen=True, slots=True)
class Page:
    """One screen: the notes that introduce it, and its questions."""

    name: str
    section: Words
    label: Words
    notes: tuple[Question, ...]
    questions: tuple[Question, ...]


def pages_of(form: Questionnaire) -> list[Page]:
    """Return the screens in order; a note goes with what follows, the last stand alone."""
    pages: list[Page] = []
    notes: list[Question] = []
    for question in form:
        if question.kind is Kind.NOTE:
            notes.append(question)
        elif pages and pages[-1].name == question.page and not notes:
            last = pages[-1]
            together = (*last.questions, question)
            pages[-1] = Page(last.name, last.section, last.label, last.notes, together)
        else:
            page = Page(
                question.page, question.section, question.page_label, tuple(notes), (question,)
            )
            pages.append(page)
            notes = []
    return pages


def ends_of(form: Questionnaire) -> list[Question]:
    """Return the notes after the last question: thanks, or why it ended early."""
    ends: list[Question] = []
    for question in form:
        ends = [*ends, question] if question.kind is Kind.NOTE else []
    return ends
