"""What a figure was made of, as its version keeps it: the list behind the number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.queries.coverage import places
from wufei_public.common.text import N_
from wufei_public.divisions.queries import departments, directory
from wufei_public.dumping.rules.states import SOURCE_LABELS
from wufei_public.indicators.documents import words
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.lineage import WITHOUT, per_cent
from wufei_public.indicators.rules.states import Source
from wufei_public.infra.i18n import is_english
from wufei_public.learning.rules.training import LABELS as AUDIENCES
from wufei_public.learning.rules.training import Audience
from wufei_public.organisations.queries.cards import names_by

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, what it came to, and where it is kept."""

    name: str
    figure: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """A list with its heading, and the page on which those rows live on."""

    heading: str
    lines: Sequence[Line]
    url: str = ""
    label: str = ""


# Of each source the page where its rows are looked after, and what that page is called.
_HOMES: Mapping[str, tuple[str, str]] = {
    Source.REGISTER: ("coverage.listing", N_("垃圾分类登记表")),
    Source.CELLS: ("cells.listing", N_("无废细胞名册")),
    Source.CASES: ("desk.queue", N_("随手拍案件")),
    Source.GRADES: ("redblack.listed", N_("红黑榜")),
    Source.CHECKINS: ("indicator_towns.listed", N_("各镇对比")),
}


def behind(session: Session, row: Value) -> Behind:
    """Return the list behind a value; without lines where it was told from outside."""
    found = next((key for key in _LISTS if key in row.inputs), "")
    heading, lines = _LISTS[found] if found else (N_("没有清单"), _nothing)
    endpoint, label = _HOMES.get(row.source, ("", ""))
    return Behind(
        _(heading),
        lines(session, row.inputs),
        url_for(endpoint) if endpoint else "",
        _(label) if label else "",
    )


def _nothing(_session: Session, _inputs: Inputs) -> list[Line]:
    return []


def _register(session: Session, inputs: Inputs) -> list[Line]:
    known = {place.code: place.entry for place in places(session)}
    found, english = directory(session), is_english()
    lines = []
    for code in inputs["places"]:
        entry = known.get(code)
        if entry is None:
            lines.append(Line(code))
            continue
        name = f"{found.path(entry.division, english=english)} {entry.name}".strip()
        since = _("%(day)s 起", day=entry.started_on)
        lines.append(Line(name, since, url_for("coverage.unit", division=entry.division)))
    return lines


def _divisions(key: str) -> Callable[[Session, Inputs], list[Line]]:
    def listed(session: Session, inputs: Inputs) -> list[Line]:
        names = directory(session).called(english=is_english())
        rows = sorted(inputs[key].items(), key=lambda pair: (-pair[1], pair[0]))
        return [Line(names.get(code) or code or _("没有地点"), str(n)) for code, n in rows]

    return listed


def _cells(_session: Session, inputs: Inputs) -> list[Line]:
    return [Line(number) for number in inputs["cells"]]


def _holders(session: Session, inputs: Inputs) -> list[Line]:
    names = names_by(session, list(inputs["holders"]))
    rows = sorted(inputs["holders"].items())
    return [Line(f"{names.get(uscc, '')} {uscc}".strip(), grade or "—") for uscc, grade in rows]


def _units(session: Session, inputs: Inputs) -> list[Line]:
    names = names_by(session, list(inputs["units"]))
    return [
        Line(names.get(code, code), url=url_for("organisations.one", code=code))
        for code in inputs["units"]
    ]


def _days(_session: Session, inputs: Inputs) -> list[Line]:
    return [Line(day, str(count)) for day, count in inputs["days"].items()]


_PARTS = {"checkins": N_("打过卡的"), "quiz": N_("答过题的"), "reports": N_("举报过的")}


def _parts(_session: Session, inputs: Inputs) -> list[Line]:
    return [Line(_(_PARTS[name]), str(inputs["by"][name])) for name in _PARTS]


def _trainings(_session: Session, inputs: Inputs) -> list[Line]:
    return [
        Line(_(AUDIENCES[Audience(name)]), _("%(n)s 场，%(visits)s 人次", n=events, visits=visits))
        for name, (events, visits) in inputs["trainings"].items()
    ]


def _gone(_session: Session, inputs: Inputs) -> list[Line]:
    reason = inputs["nothing"]
    return [Line(_(reason))]


_CASES = {"due": N_("到期的"), "in_time": N_("按期办结的"), "uncleared": N_("没有清掉的")}


_APART = {
    "merged": N_("并进来的举报（算在一起，只计一件）"),
    "withdrawn": N_("举报人撤回了话和照片的（照样计）"),
    "refused": N_("不予受理的（不计）"),
}


def _cases(session: Session, inputs: Inputs) -> list[Line]:
    """Return what was counted, apart, by part; of other doors only what was entered here."""
    lines = [*_counted(inputs), Line(_("只算平台里的案件：其他渠道没有录入或导入的，不在里面"))]
    apart = inputs.get("apart", {})
    lines += [Line(_(_APART[name]), str(apart[name])) for name in _APART if name in apart]
    english = is_english()
    offices = {
        office.code: office.name_en if english else office.name
        for office in departments(session).offices.values()
    }
    names = {
        "town": directory(session).called(english=english),
        "department": offices,
        "source": {str(source): str(_(label)) for source, label in SOURCE_LABELS.items()},
    }
    for part, called in names.items():
        for code, (due, in_time) in inputs.get("parts", {}).get(part, {}).items():
            figure = _("到期 %(due)s，按期 %(in_time)s", due=due, in_time=in_time)
            lines.append(Line(called.get(code) or code or _("没有派给部门"), figure))
    return lines


def _counted(inputs: Inputs) -> list[Line]:
    lines = [Line(_(label), str(inputs[name])) for name, label in _CASES.items()]
    found = inputs.get(WITHOUT)
    if found is None:
        return lines
    lines += [
        Line(_("不算延长，到期的"), str(found["due"])),
        Line(_("不算延长，按期办结的"), str(found["in_time"])),
    ]
    return [*lines, Line(_("不算延长的办结率"), words.without(inputs) or "–")]


def _groups(_session: Session, inputs: Inputs) -> list[Line]:
    return [_wave_line(form, told) for form, told in inputs["groups"].items()]


def _wave(_session: Session, inputs: Inputs) -> list[Line]:
    return [_wave_line("public", inputs)]


_FORMS = {
    "public": N_("居民"),
    "government": N_("政府部门"),
    "enterprise": N_("企业"),
    "ngo": N_("社会组织"),
}


def _wave_line(form: str, told: Inputs) -> Line:
    share = words.number(per_cent(told["weighted"]))
    said = _("%(n)s 份回答，%(share)s%%", n=told["n"], share=share)
    name = f"{_(_FORMS.get(form, form))} {told['closes_on']}"
    return Line(name, said, url_for("surveys.results", code=told["wave"]))


def _sheet(_session: Session, inputs: Inputs) -> list[Line]:
    return [Line(inputs["sheet"], _("第 %(n)s 行", n=inputs["row"]))]


_LISTS: Mapping[str, tuple[str, Callable[[Session, Inputs], list[Line]]]] = {
    "places": (N_("算进去的小区和村"), _register),
    "villages": (N_("各村、社区的次数"), _divisions("villages")),
    "towns": (N_("各镇、街道的件数"), _divisions("towns")),
    "cells": (N_("算进去的无废细胞"), _cells),
    "holders": (N_("持证企业和它们的等级"), _holders),
    "units": (N_("算进去的单位"), _units),
    "days": (N_("每天的人次"), _days),
    "trainings": (N_("各类培训"), _trainings),
    "nothing": (N_("为什么没有数"), _gone),
    "by": (N_("各样活动的人，同一个人在几样里都有"), _parts),
    "due": (N_("到期的案件"), _cases),
    "groups": (N_("四类人群的调查"), _groups),
    "wave": (N_("哪次调查"), _wave),
    "sheet": (N_("哪张表格"), _sheet),
}
