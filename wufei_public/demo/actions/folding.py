"""The rows that a case and its steps leave behind, as dumping's actions write them.

Bulk inserts, since five thousand cases step by step take minutes. That the result is the
same is proven by tests/demo/test_likeness.py, which lets the actions do it again.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from wufei_public.common.actor import ActorKind
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.common.workdays import Holidays
from wufei_public.demo.rules.casting import Done
from wufei_public.demo.rules.stories import ENDS, NOTE, PLACE, RECLASSIFY
from wufei_public.dumping.actions.giving import ROUTED
from wufei_public.dumping.actions.steps import TRAILED
from wufei_public.dumping.rules.assigning import handler_text
from wufei_public.dumping.rules.clocks import RUNNING, STANDING, after_hold, due_at, redo_due
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.photos import PhotoRole, named
from wufei_public.dumping.rules.proof import Proof
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.release import Show, shown_now
from wufei_public.dumping.rules.states import REVIEWS, WAITING, WORKFLOW, Move, State

Row = dict[str, Any]
_TOLD = {
    Move.ACCEPT, Move.REFUSE, Move.ASSIGN, Move.ASK, Move.CLOSE, Move.CLOSE_UNCLEARED, *REVIEWS,
}  # fmt: skip
_OBJECTIONS = {Move.REOPEN, Move.OBJECT}
# Whoever looks at the site has read what is older.
_READ = timedelta(days=3)
_BY_MOVE = frozenset(Move)
_CHANGING = frozenset({PLACE, RECLASSIFY, *Show})


@dataclass(slots=True)
class Case:
    """A report's row as it stands after the steps folded so far, and what they left behind."""

    row: Row
    holidays: Holidays
    until: datetime
    events: list[Row] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    marks: set[tuple[str, Any]] = field(default_factory=set)
    proofs: int = 0

    @property
    def target(self) -> str:
        return f"dumping/{self.row['code']}"

    def submitted(self, actor: int | None) -> None:
        """Write down that the report came in."""
        kind = ActorKind.ANONYMOUS if actor is None else ActorKind.RESIDENT
        at = self.row["submitted_at"]
        self._event(at, kind, actor, "submit", State.SUBMITTED)
        self._audit(at, kind, actor, "submit", None, {"state": State.SUBMITTED})
        self._mark()
        if actor is not None:
            self._tell(at, actor, "dumping.submit")

    def fold(self, done: Done) -> None:
        """Let `done` happen: the row, and one event, audit row and mark."""
        what, at, row = done.step.what, done.step.at, self.row
        before = row["state"] if what in _BY_MOVE else None
        old = {name: row[name] for name in ("state", *TRAILED)}
        public, internal = self._change(done)
        self._rate(what, at)
        if before is not None:
            self._move(Move(what), done)
        row["version"] += 1
        self._event(at, done.kind, done.actor, what, before or row["state"], public, internal)
        changed = [name for name in TRAILED if row[name] != old[name]]
        said = what in _BY_MOVE or what in _CHANGING
        first = {name: old[name] for name in ("state", *changed)} if said else None
        after = {name: row[name] for name in ("state", "release", *changed)} | self._shown(what)
        self._audit(at, done.kind, done.actor, what, first, after)
        self._mark()
        if before is not None:
            self._tell_all(what, at, done.actor)
        if what == Move.ACCEPT:
            self._route(done)
        if what in {Move.REOPEN, Move.REDO}:
            self._route(replace(done, kind=ActorKind.SYSTEM, actor=None))

    def _shown(self, what: str) -> Row:
        """Return what the trail keeps of a release, which shows every photo that there is."""
        if what != Show.RELEASE:
            return {}
        reported = [named(PhotoRole.REPORTED, n) for n in range(self.row["photos"])]
        proofs = [named(PhotoRole.PROOF, n) for n in range(self.proofs)]
        words, spot = self.row["public_words"], self.row["public_spot"]
        return dict(shown_now([*reported, *proofs], words, spot))

    def _route(self, done: Done) -> None:
        """Let a case that the law gives to a department go there, as `giving.give` does."""
        department = OFFICIAL[self.row["official_kind"]].department
        if department:
            step = replace(done.step, what=Move.ASSIGN)
            values = {"department": department, "crew": None, "text": ROUTED}
            self.fold(Done(step, done.kind, done.actor, values))

    def _rate(self, what: str, at: datetime) -> None:
        rating = Rating.UNSATISFIED if what in _OBJECTIONS else what
        if rating in set(Rating):
            again = self.row["reopened"]
            self.ratings.append({"round": again, "rating": str(rating), "at": at})

    def _move(self, move: Move, done: Done) -> None:
        row = self.row
        changes = self._changes(move, done)
        target = WORKFLOW.step(State(row["state"]), move).target
        row["state"] = target.value
        if target not in WAITING:
            row["held_until"] = None
        row |= changes
        row["due_at"] = row[RUNNING[target]] if target in RUNNING else None

    def _changes(self, move: Move, done: Done) -> Row:
        at, values = done.step.at, done.values
        if move is Move.ACCEPT:
            clocks = ("transfer", "finish", "legal_finish")
            return {"accepted_at": at} | {f"{name}_due": self._due(name, at) for name in clocks}
        if move is Move.ASSIGN:
            return {"department": values["department"], "crew_id": values["crew"]}
        if move in {Move.RETURN, Move.DISPUTE}:
            again = {"department": None, "crew_id": None, "transfer_due": self._due("transfer", at)}
            return again | {"returns": self.row["returns"] + 1}
        if move is Move.ASK:
            return {"asked_at": at, "held_until": self._due("hold", at)}
        if move in {Move.ANSWER, Move.RESUME}:
            return self._resumed(at)
        ends = self._judged if move in _OBJECTIONS | REVIEWS else self._ended
        return ends(move, done)

    def _judged(self, move: Move, done: Done) -> Row:
        """Return the columns after the reporter was not content, or that was decided on."""
        at = done.step.at
        if move is Move.OBJECT:
            return {"review_due": self._due("review", at)}
        decided = {"reviewed_by": done.actor} if move in REVIEWS else {}
        if move is Move.KEEP:
            return decided | {"rate_until": None, "review_due": None}
        gone = dict.fromkeys(
            ("department", "crew_id", "closed_at", "proof_lat", "proof_lon", "rate_until",
             "review_due")
        )  # fmt: skip
        return (
            decided
            | gone
            | {
                "reopened": self.row["reopened"] + 1,
                "transfer_due": self._due("transfer", at),
                "finish_due": redo_due(self.row["finish_due"], at, self.holidays),
                "outcome": "",
                "proof": "",
            }
        )

    def _ended(self, move: Move, done: Done) -> Row:
        at, values = done.step.at, done.values
        self.proofs += bool(values.get("photo"))
        if move is Move.REFUSE:
            return {"refuse_ground": values["ground"]}
        here = not values["photo"]
        return {
            "outcome": redact(values["text"]),
            "proof": Proof.POSITION if here else Proof.PHOTO,
            "proof_lat": values["lat"] if here else None,
            "proof_lon": values["lon"] if here else None,
            "closed_at": at,
            "closed_by": done.actor,
            "reviewed_by": None,
            "rate_until": self._due("rate", at),
        }

    def _due(self, name: str, at: datetime) -> datetime:
        return due_at(name, at, self.holidays)

    def _resumed(self, at: datetime) -> Row:
        return {
            name: after_hold(self.row[name], self.row["asked_at"], at, self.holidays)
            for name in STANDING[State(self.row["state"])]
        }

    def _change(self, done: Done) -> tuple[str, str]:
        """Make the changes of steps that are no moves; return public and internal words."""
        what, values, row = done.step.what, done.values, self.row
        text = values.get("text", "")
        if what == PLACE:
            self._mark()
            before = row["division"] or ""
            row["division"], row["town"] = values["division"], town_of(values["division"])
            return "", f"{before} → {values['division']}"
        if what == RECLASSIFY:
            before, row["official_kind"] = row["official_kind"], values["kind"]
            return "", f"{before} → {values['kind']}"
        if what == Move.ASSIGN:
            handler = handler_text(values["department"], values["crew"])
            return "", f"{handler}\n{text}".rstrip()
        if what == Show.RELEASE:
            row |= {"release": "released", "released_at": done.step.at} | dict(values)
            return "", ""
        if what == Show.WITHHOLD:
            row |= {"release": "withheld", "withhold_reason": values["reason"]}
            return "", values["reason"]
        shown = what in {Move.REFUSE, Move.ASK, *ENDS, *REVIEWS} or (
            what == NOTE and values["public"]
        )
        return (redact(text), "") if shown else ("", text)

    def _tell_all(self, what: str, at: datetime, actor: int | None) -> None:
        if what in _TOLD and self.row["reporter_id"] is not None:
            self._tell(at, self.row["reporter_id"], f"dumping.{what}")
        if what == Move.ASSIGN and self.row["crew_id"] not in {None, actor}:
            self._tell(at, self.row["crew_id"], "dumping.yours")
        if what in _OBJECTIONS:
            self._tell(at, self.row["closed_by"], f"dumping.{what}")

    def _tell(self, at: datetime, account: int, template: str) -> None:
        read_at = at + timedelta(hours=5) if at < self.until - _READ else None
        row = {"account": account, "template": template, "values": {"code": self.row["code"]}}
        self.messages.append(row | {"at": at, "read_at": read_at})

    def _mark(self) -> None:
        self.marks.add((self.row["town"] or "", self.row["business_day"]))

    def _event(
        self,
        at: datetime,
        kind: ActorKind,
        actor: int | None,
        what: str,
        before: str,
        public: str = "",
        internal: str = "",
    ) -> None:
        self.events.append(
            {
                "number": self.row["version"],
                "move": str(what),
                "actor_kind": kind,
                "actor_id": actor,
                "at": at,
                "came_from": before,
                "state": self.row["state"],
                "public_text": public,
                "internal_text": internal,
            }
        )

    def _audit(
        self,
        at: datetime,
        kind: ActorKind,
        actor: int | None,
        what: str,
        before: Row | None,
        after: Row,
    ) -> None:
        self.audits.append(
            {
                "at": at,
                "actor_kind": kind,
                "actor_id": actor,
                "action": f"dumping:case:{what}",
                "target": self.target,
                "reason": "",
                "before": before,
                "after": after,
                "request_id": "",
            }
        )
