"""What is wrong with a rubric: each fault a sentence at its place, before anybody is scored by it.

A place is the id of a section, an item or a veto, or `pass`, `levels`, `sections`, `steps`,
`scoring`.
"""

from collections.abc import Iterator
from decimal import Decimal

from wufei_public.cells.rules import routes
from wufei_public.cells.rules.rubrics import BONUS, LEVELS, Item, Method, Rubric, Section
from wufei_public.common.errors import FieldError
from wufei_public.common.scores import written
from wufei_public.common.text import N_

WHOLE = Decimal(100)


def faults(rubric: Rubric) -> list[FieldError]:
    """Return what is wrong with a rubric, empty when an application can be scored by it."""
    found = [*_sums(rubric), *_ids(rubric), *_limits(rubric)]
    for item in rubric.all_items():
        found += [*_words(item), *_scale(item)]
    return [*found, *_vetoes(rubric), *routes.faults(rubric.route)]


def _sums(rubric: Rubric) -> Iterator[FieldError]:
    for section in rubric.sections:
        yield from _of_section(section, rubric.of_section(section.id))
    held = sum((one.points for one in rubric.sections), Decimal(0))
    if held != WHOLE:
        sentence = N_("各部分合计 %(held)s 分，要正好 100 分。")
        yield FieldError("sections", sentence, {"held": written(held)})
    for item in rubric.bonus:
        if item.section != BONUS or item.method is not Method.YES_NO:
            sentence = N_("加分项“%(name)s”只能是做到得分、没做到不得分。")
            yield FieldError(item.id, sentence, {"name": item.title})


def _of_section(section: Section, items: tuple[Item, ...]) -> Iterator[FieldError]:
    held = sum((item.points for item in items), Decimal(0))
    facts = {"name": section.name, "held": written(held), "full": written(section.points)}
    if held != section.points:
        sentence = N_("“%(name)s”各项合计 %(held)s 分，这一部分是 %(full)s 分，要相等。")
        yield FieldError(section.id, sentence, facts)
    if all(item.allows_na for item in items):
        sentence = N_("“%(name)s”里至少要有一项不能算不适用。")
        yield FieldError(section.id, sentence, facts)


def _ids(rubric: Rubric) -> Iterator[FieldError]:
    known = [section.id for section in rubric.sections]
    ids = [*known, BONUS, *(one.id for one in rubric.all_items())]
    ids += [veto.id for veto in rubric.vetoes]
    for double in sorted({one for one in ids if ids.count(one) > 1}):
        yield FieldError(double, N_("编号 %(id)s 用了两次。"), {"id": double})
    for item in rubric.items:
        if item.section not in known:
            yield FieldError(item.id, N_("“%(name)s”不在任何一部分里。"), {"name": item.title})


def _limits(rubric: Rubric) -> Iterator[FieldError]:
    limits = rubric.thresholds
    if not (0 < limits.least <= WHOLE and limits.section_share <= 1 and limits.bonus_max <= WHOLE):
        sentence = N_("通过的总分、各部分的比例和加分上限，都要在 0 到 100 之间。")
        yield FieldError("pass", sentence)
    least = [points for _stars, points in limits.levels]
    if least != sorted(set(least)) or [stars for stars, _ in limits.levels] != list(LEVELS):
        yield FieldError("levels", N_("要有三星、四星、五星，分数一级比一级高。"))
    elif least[0] < limits.least:
        yield FieldError("levels", N_("三星的分数不能低于通过的总分。"))
    elif least[-1] > WHOLE + limits.bonus_max:
        yield FieldError("levels", N_("五星的分数谁也拿不到：满分 100 分，加上加分上限。"))


def _words(item: Item) -> Iterator[FieldError]:
    name = {"name": item.title or item.id}
    if not (item.title and item.requirement):
        yield FieldError(item.id, N_("“%(name)s”要写题目和要求。"), name)
    if item.allows_na and not item.na_when:
        yield FieldError(item.id, N_("“%(name)s”可以不适用，请写明什么时候。"), name)
    if item.method is Method.STEPS and not all(step.when for step in item.steps):
        yield FieldError(item.id, N_("“%(name)s”有一档没写条件。"), name)
    if item.points <= 0:
        yield FieldError(item.id, N_("“%(name)s”的分要大于 0。"), name)


def _scale(item: Item) -> Iterator[FieldError]:
    facts = {"name": item.title, "points": written(item.points)}
    if item.ratio and item.ratio.full_at == item.ratio.zero_at:
        yield FieldError(item.id, N_("“%(name)s”得满分的值和不得分的值不能一样。"), facts)
    if item.method is Method.RATIO:
        return
    scores = [step.score for step in item.steps]
    if scores != sorted(set(scores), reverse=True) or scores[-1:] != [0]:
        yield FieldError(item.id, N_("“%(name)s”的各档要从高到低，最后一档 0 分。"), facts)
    elif scores[0] != item.points:
        yield FieldError(item.id, N_("“%(name)s”的第一档要给满分 %(points)s 分。"), facts)


def _vetoes(rubric: Rubric) -> Iterator[FieldError]:
    for veto in rubric.vetoes:
        if not (veto.title and veto.text):
            yield FieldError(veto.id, N_("一票否决的情形要写名称和内容。"))
