"""The moves of officials: what each takes, who may ask for it, what it does; for pages and JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema, fields, validate

from wufei_public.common.text import N_
from wufei_public.dumping.actions import (
    awards,
    extending,
    merging,
    officer,
    placing,
    rating,
    showing,
)
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.extending import Answer
from wufei_public.dumping.rules.ratings import Decision
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.awards import AwardIn


class LongerIn(shapes.MoveIn):
    """A second person's answer to a wish for more time."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(list(Answer), error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE},
    )
    text = fields.String(load_default="", validate=shapes.WORDS)


class ReviewIn(shapes.TextIn):
    decision = fields.String(
        required=True,
        validate=validate.OneOf(list(Decision), error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE},
    )


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move: its permission, its schema and the action that it leads to.

    `done` is what an official reads after it, and what comes next.
    """

    permission: str
    summary: str
    schema: Schema
    do: Callable[..., Report]
    done: str
    files: bool = False

    @property
    def access(self) -> str:
        """Return the name of the permission in the table of `people`."""
        return f"dumping:case:{self.permission}"


DISPUTED = N_("退回去了。这是第二次退回，由区级人员决定派给谁。")
MOVES: Mapping[str, MoveForm] = {
    "accept": MoveForm(
        "accept", N_("受理一件案件"), shapes.MoveIn(), officer.accept,
        N_("受理了。有派办规则的已经派好，没有的请接着派。"),
    ),
    "refuse": MoveForm(
        "refuse", N_("不受理一件案件"), shapes.RefuseIn(), officer.refuse,
        N_("没有受理，原因举报人看得到。"),
    ),
    "assign": MoveForm(
        "assign", N_("派办"), shapes.AssignIn(), officer.assign, N_("派出去了。")
    ),
    "return": MoveForm(
        "return", N_("退回一件案件"), shapes.TextIn(), officer.send_back,
        N_("退回去了，镇办会重新派。"),
    ),
    "ask": MoveForm(
        "ask", N_("请举报人补充情况"), shapes.TextIn(), officer.ask,
        N_("已请举报人补充，办理时限先停着。"),
    ),
    "note": MoveForm(
        "note", N_("加一条记录"), shapes.NoteIn(), officer.add_note, N_("记下了。")
    ),
    "release": MoveForm(
        "release", N_("公开一件案件"), shapes.ReleaseIn(), showing.release,
        N_("公开了，公众看得到了。"),
    ),
    "withhold": MoveForm(
        "release", N_("定为不公开"), shapes.WithholdIn(), showing.withhold,
        N_("不公开了，公众看不到。"),
    ),
    "close": MoveForm(
        "close", N_("办结一件案件"), shapes.CloseIn(), officer.close,
        N_("办结了，举报人看得到结果。"), files=True,
    ),
    "review": MoveForm(
        "review", N_("复核举报人的不满意"), ReviewIn(), rating.review,
        N_("复核好了，举报人看得到。"),
    ),
    "extend": MoveForm(
        "extend", N_("申请延长办理期限"), shapes.TextIn(), extending.ask_longer,
        N_("申请好了。要第二个人同意的，等他定；同意以后理由会公开。"),
    ),
    "longer": MoveForm(
        "grant_longer", N_("决定延长申请"), LongerIn(), extending.decide_longer, N_("定好了。")
    ),
    "award": MoveForm(
        "award", N_("提有奖举报的奖励"), AwardIn(), awards.propose,
        N_("提好了，等区里另一个人批。"),
    ),
    "merge": MoveForm(
        "merge", N_("并到另一件"), shapes.MergeIn(), merging.merge,
        N_("并过去了，两位举报人都会收到消息。"),
    ),
    "unmerge": MoveForm(
        "merge", N_("从另一件里分出来"), shapes.TextIn(), merging.unmerge,
        N_("分出来了，接着单独办，要不要公开请重新定。"),
    ),
    "place": MoveForm(
        "place", N_("定位置"), shapes.PlaceIn(), placing.place, N_("位置定好了。")
    ),
    "kind": MoveForm(
        "reclassify", N_("改种类"), shapes.KindIn(), officer.reclassify, N_("种类改好了。")
    ),
}  # fmt: skip
