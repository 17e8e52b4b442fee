"""What an evaluation comes to, as the columns of the application."""

from decimal import Decimal

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.panels import Result, result, score_json
from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import judge, score
from wufei_public.infra.work import Work


def forget_result(row: CellApplication) -> None:
    """Forget what the last evaluation came to: it holds no longer."""
    row.total = row.median = row.spread = row.stars = row.result = None


def result_of(w: Work, row: CellApplication, rubric: Rubric) -> dict[str, object]:
    """Return the columns of the panel's result."""
    return _columns(rubric, result(rubric, reviews.panel(reviews.sheets(w.session, row))))


def self_result_of(w: Work, row: CellApplication) -> dict[str, object]:
    """Return the columns of the self-score that stands as the result; no expert has a part."""
    rubric = rounds.rubric(w.session, row.rubric_id)
    answers = {item: one.answer for item, one in queries.entries(w.session, row.id).items()}
    given = score(rubric, answers)
    return _columns(rubric, Result(given, given.total, Decimal(0), 0, ()))


def _columns(rubric: Rubric, found: Result) -> dict[str, object]:
    verdict = judge(rubric, found.score)
    return {
        "total": found.score.total,
        "median": found.median,
        "spread": found.spread,
        "stars": verdict.stars,
        "result": score_json(found.score)
        | {
            "vetoes": list(found.score.vetoes),
            "low": list(verdict.low_sections),
            "outliers": list(found.outliers),
            "split": list(found.split),
            "experts": found.experts,
        },
    }
