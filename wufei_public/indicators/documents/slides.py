"""The report of a quarter as pictures for slides: 1920 × 1080, one for each theme of the plan."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.indicators.documents import report, words
from wufei_public.indicators.rules.judging import Light
from wufei_public.indicators.rules.periods import Period
from wufei_public.indicators.rules.plans import Plan
from wufei_public.infra import papers

SIZE = WIDTH, HEIGHT = 1920, 1080
_EDGE, _TOP, _END, _BAND, _GAP = 80, 216, 1010, 180, 60
# So many lines stand in one column; more of them take two.
_ONE_COLUMN, _HIGHEST = 9, 150
_PAPER, _INK, _GREY, _LINE = "#f4f5f1", "#16211c", "#45514b", "#dde2dc"
_BRAND, _ON_BRAND, _ON_BRAND_2 = "#0e5a45", "#ffffff", "#d3e6dc"
_TONES: Mapping[Light, str] = {
    Light.MET: "#0e5a45",
    Light.NEAR: "#1f5a94",
    Light.MISSED: "#a92a1c",
    Light.NONE: "#5c6862",
    Light.UNCLEAR: "#865000",
}


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands on one picture."""

    theme: str
    rows: Sequence[Mapping[str, Any]]
    sub: str
    foot: str


def slides(session: Session, plan: Plan, quarter: Period) -> list[Slide]:
    """Return the pictures of a quarter, in the order of the plan."""
    lines = report.standing(session, plan, quarter)
    themes = list(dict.fromkeys(line["theme"] for line in lines))
    sub = _("%(plan)s，%(quarter)s", plan=words.told(plan.name), quarter=words.period(quarter.key))
    return [
        Slide(
            words.told(theme),
            [line for line in lines if line["theme"] == theme],
            sub,
            f"{plan.source}    {number}/{len(themes)}",
        )
        for number, theme in enumerate(themes, 1)
    ]


def themes(plan: Plan) -> list[str]:
    """Return the names of the pictures, in their order."""
    found = dict.fromkeys(one.theme for one in plan.indicators)
    return [words.told(theme) for theme in found]


def as_png(slide: Slide) -> bytes:
    """Return the picture as PNG."""
    from PIL import Image  # noqa: PLC0415  not in every web process

    image = Image.new("RGB", SIZE, _PAPER)
    pen = _Pen(image)
    pen.box((0, 0, WIDTH, _BAND), _BRAND)
    pen.say((_EDGE, 34), slide.theme, 60, _ON_BRAND, WIDTH - 2 * _EDGE)
    pen.say((_EDGE, 118), slide.sub, 30, _ON_BRAND_2, WIDTH - 2 * _EDGE)
    _rows(pen, slide.rows)
    pen.say((_EDGE, 1028), slide.foot, 24, _GREY, WIDTH - 2 * _EDGE)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _rows(pen: "_Pen", rows: Sequence[Mapping[str, Any]]) -> None:
    columns = 1 if len(rows) <= _ONE_COLUMN else 2
    deep = -(-len(rows) // columns)
    width = (WIDTH - 2 * _EDGE - _GAP * (columns - 1)) // columns
    height = min(_HIGHEST, (_END - _TOP) // deep)
    for at, row in enumerate(rows):
        corner = (_EDGE + (at // deep) * (width + _GAP), _TOP + (at % deep) * height)
        _row(pen, row, corner, (width, height))


def _row(
    pen: "_Pen", row: Mapping[str, Any], corner: tuple[int, int], size: tuple[int, int]
) -> None:
    """Draw number and name at the left, figure, light and target at the right."""
    (x, y), (width, height) = corner, size
    small, large = height * 22 // 100, height * 30 // 100
    right = x + width * 6 // 10
    pen.box((x, y + height - 2, x + width, y + height), _LINE)
    pen.say((x, y + large // 3), str(row["number"]), small, _GREY, 3 * small)
    name = pen.lines(row["name"], large, right - x - 3 * small, 2)
    for number, line in enumerate(name):
        pen.say((x + 5 * small // 2, y + 4 + number * large * 5 // 4), line, large, _INK, width)
    said = "; ".join(f"{one['component']} {one['said']}".strip() for one in row["values"]) or "—"
    pen.say((right, y + 4), said, large, _INK, x + width - right)
    tone, under = _TONES[row["light"]], y + large * 3 // 2
    pen.light((right, under), row["light"], small, tone)
    told = f"{row['chip'][1]}  {_('目标 %(target)s', target=row['target'])}"
    pen.say((right + small * 3 // 2, under), told, small, tone, x + width - right - 2 * small)


class _Pen:
    """Draws text of several sizes, cut where there is no more room, and lights with a shape."""

    def __init__(self, image: Any) -> None:
        from PIL import ImageDraw, ImageFont  # noqa: PLC0415  not in every web process

        self._draw = ImageDraw.Draw(image)
        self._font: Callable[[int], Any] = cache(partial(ImageFont.truetype, papers.font()))

    def box(self, corners: tuple[int, int, int, int], colour: str) -> None:
        self._draw.rectangle(corners, fill=colour)

    def lines(self, text: str, size: int, width: int, most: int) -> list[str]:
        """Return the first lines of a text; what does not fit is told by three dots."""
        found = papers.wrapped(text, width, self._font(size).getlength)
        if len(found) > most:
            found = [*found[: most - 1], found[most - 1][:-1].rstrip() + "…"]
        return found

    def say(self, at: tuple[int, int], text: str, size: int, colour: str, width: int) -> None:
        """Write one line: smaller by a quarter at most where it is too long, then cut."""
        least = size * 3 // 4
        while size > least and self._font(size).getlength(text) > width:
            size -= 1
        line = self.lines(text, size, width, 1)[0]
        self._draw.text(at, line, font=self._font(size), fill=colour)

    def light(self, at: tuple[int, int], light: Light, size: int, colour: str) -> None:
        """Draw a light that is told by its shape, too."""
        x, y = at[0], at[1] + size // 5
        box = (x, y, x + size, y + size)
        if light is Light.MET:
            self._draw.ellipse(box, fill=colour)
        elif light is Light.MISSED:
            self._draw.polygon([(x, y + size), (x + size, y + size), (x + size / 2, y)], colour)
        elif light is Light.NEAR:
            self._draw.pieslice(box, 90, 270, fill=colour)
            self._draw.ellipse(box, outline=colour, width=3)
        else:
            self._draw.rectangle((x, y + size // 2 - 2, x + size, y + size // 2 + 2), fill=colour)
