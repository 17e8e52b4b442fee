"""Villages first: from the list to the estimates, as R has it, and joined to nobody at the end."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as people
from tests.surveys import make as oracle
from tests.surveys import test_joins as joins
from tests.surveys import waves as make
from tests.surveys.forms import small
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys.actions import sampling
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.cli import estimate_files
from wufei_public.surveys.documents.reckoned import reckoned
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.models import Invitation, Wave
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.assembling import Assembled, assemble
from wufei_public.surveys.rules.disclosure import K
from wufei_public.surveys.rules.drawing import Plan, Reply
from wufei_public.surveys.rules.estimates import Options, estimate
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.sampling import Member, read_frame
from wufei_public.surveys.rules.stages import clusters_of, draw_in_stages
from wufei_public.surveys.rules.waves import Mode

# Two strata of 12 and 8 villages, the k-th of 6 + k persons.
FRAME = "id,stratum,psu\n" + "".join(
    f"{stratum}{village:02d}-{person:02d},{stratum},v{village:02d}\n"
    for stratum, villages in (("a", 12), ("b", 8))
    for village in range(villages)
    for person in range(6 + village)
)
LIST = read_frame(FRAME.encode())

# ---- the draw ------------------------------------------------------------------------------


def drawn(clusters: int = 10, wanted: int = 60, seed: int = 7) -> list[Member]:
    return draw_in_stages(LIST, clusters, wanted, seed)


def test_villages_are_drawn_by_the_seed_and_then_people_in_them() -> None:
    one, again, other = drawn(), drawn(), drawn(seed=8)
    assert (one == again, one == other, len(one), len(set(one))) == (True, False, 60, 60)
    villages = {(member.stratum, member.psu) for member in one}
    assert Counter(stratum for stratum, _ in villages) == {"a": 6, "b": 4}
    turned = draw_in_stages(LIST[::-1], 10, 60, 7)
    assert turned == one


def test_everybody_of_a_village_is_asked_where_no_number_is_named() -> None:
    whole = drawn(wanted=0)
    met = Counter((member.stratum, member.psu) for member in whole)
    sizes = Counter((member.stratum, member.psu) for member in LIST)
    assert len(met) == 10
    assert met == {village: sizes[village] for village in met}


def test_everybody_of_a_stratum_has_the_same_chance() -> None:
    times = Counter(member.reference for seed in range(600) for member in drawn(seed=seed))
    small_village = sum(times[f"a00-{person:02d}"] for person in range(6)) / 6
    large_village = sum(times[f"a11-{person:02d}"] for person in range(17)) / 17
    # 600 draws; the chance of one person is about 0.29: two such means differ by 4 errors at most.
    assert abs(small_village - large_village) < 4 * (2 * 600 * 0.29 * 0.71) ** 0.5 / 2


@pytest.mark.parametrize(("clusters", "size", "pointer"), [(21, 5, "clusters"), (4, 200, "size")])
def test_more_than_there_is_is_refused(clusters: int, size: int, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        drawn(clusters, size)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_list_without_villages_draws_none() -> None:
    with pytest.raises(Invalid) as refused:
        draw_in_stages([replace(member, psu="") for member in LIST], 4, 10, 1)
    assert [error.pointer for error in refused.value.errors] == ["clusters"]
    with pytest.raises(Invalid):
        read_frame(b"id,stratum,psu\nx,a,\n")
    assert clusters_of(LIST) == {"a": 12, "b": 8}


# ---- as R has it ---------------------------------------------------------------------------

R = oracle.oracle()
ROWS = oracle.oracle_rows()
UNITS = {row["stratum"]: float(row["stratum_clusters"]) for row in ROWS}
ANSWERS = {"1": "5", "0": "3"}


def asked() -> Questionnaire:
    """Return a questionnaire with the oracle's scale, towns, sexes and ages."""
    return small(
        ["select_one towns", "town", "镇", "yes", "", ""],
        ["select_one sexes", "sex", "性别", "yes", "", ""],
        ["select_one ages", "age", "年龄", "yes", "", ""],
        ["select_one sat5", "q2", "满意吗", "", "", ""],
        choices=[
            *(["towns", name, name] for name in "ABCD"),
            *(["sexes", name, name] for name in ("f", "m")),
            *(["ages", name, name] for name in ("18_39", "40_59", "60_plus")),
        ],
    )


def oracle_replies(**kept: bool) -> list[Reply]:
    return [
        Reply(
            {name: row[name] for name in ("town", "sex", "age", "q2") if row[name]},
            row["stratum"],
            float(row["weight"]) if kept.get("weight") else None,
            row["psu"],
        )
        for row in ROWS
    ]


@pytest.mark.parametrize(
    ("design", "units", "weighted"),
    [("strata_clusters_finite", UNITS, False), ("strata_clusters", {}, True)],
)
def test_a_waves_figures_equal_those_of_r(
    design: str, units: dict[str, float], weighted: bool
) -> None:
    margins = oracle.margins(
        "variable,level,population\n"
        + "".join(
            f"{v},{level},{n}\n" for v, found in R["margins"].items() for level, n in found.items()
        )
    )
    found = assemble(asked(), oracle_replies(weight=weighted), Plan(margins, units=units))
    options = Options(floor=0, by=("town", "age"))
    ours = {
        (r.column, str(r.measure)): r
        for r in estimate(found.design, found.sample.questions, options)
    }
    theirs = [one for one in R["designs"][design]["figures"] if one["column"] == "q2"]
    assert len(theirs) == 2
    for figure in theirs:
        result = ours[figure["column"], figure["measure"]]
        pairs = [(result.all, figure["all"])]
        pairs += [
            (result.by[g][level], one)
            for g in figure["by"]
            for level, one in figure["by"][g].items()
        ]
        for mine, r in pairs:
            assert mine.estimate is not None
            assert (mine.n, mine.estimate.df) == (r["n"], r["df"])
            assert isclose(mine.estimate.value, r["value"], rel_tol=1e-10)
            assert isclose(mine.estimate.error or 0, r["error"], rel_tol=1e-10)


def test_where_every_village_was_drawn_it_is_said() -> None:
    """Stratum s3 of the oracle has five clusters, all drawn: R's formula gives it no error."""
    notes = assemble(asked(), oracle_replies(), Plan(units=UNITS)).notes
    assert [note.facts for note in notes if "最先抽" in note.message] == [{"count": 1}]
    none = assemble(
        asked(), oracle_replies(), Plan(units={h: n + 9 for h, n in UNITS.items()})
    ).notes
    assert not [note for note in none if "最先抽" in note.message]


# ---- a wave --------------------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")


def wave_of(clusters: int, size: int, answers: int | None = None) -> Wave:
    """Return an open wave of villages of which everybody, or the first `answers`, answered."""
    wave = make.wave(mode=Mode.INVITED, opened=False, margins=())
    data = {"code": wave.code, "data": FRAME.encode(), "clusters": clusters, "size": size}
    work(people.DISTRICT_OFFICER, lambda w: sampling.draw(w, **data))
    work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    wave = make.again(wave)
    numbers = [row.number for row in queries.invitations(reading(), wave.id)]
    for number in numbers[:answers]:
        said = {**make.ANSWERS, "sat_overall": str(1 + number % 5)}
        code = sampling.code_of(house().keys, make.again(wave), number)
        make.submit(wave, make.sent(said, code=code, device=""))
    return make.again(wave)


def by_cli(app: Flask, folder: Path, found: Assembled, floor: int) -> dict[str, Any]:
    """Return what the command says of the files made of a weighted sample."""
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        files = reckoned(found, floor)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = files["README.txt"].decode("utf-8-sig").strip().splitlines()[-1].split()[3:]
    told = [str(folder / one) if one.endswith(".csv") else one for one in command]
    result = CliRunner().invoke(estimate_files, [*told, "--json"])
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.output)
    return answer


@loaded
@pytest.mark.parametrize("size", [0, 70])
def test_villages_reach_the_estimates_and_the_command_gives_the_same(
    app: Flask, tmp_path: Path, size: int
) -> None:
    wave = make.closed(wave_of(10, size))
    found = assembled(reading(), wave, ())
    figures = figures_of(wave, found, ())
    assert figures["design"]["clustered"] is True
    assert (figures["design"]["strata"], figures["design"]["units"] <= 10) == (2, True)
    # Where all of a village are asked, villages alone were left to chance, of so many.
    assert found.sample.frame_sizes == ([12.0, 8.0] if size == 0 else None)
    assert ("先抽村、再在村里抽人" in str(figures["notes"])) is bool(size)
    theirs = by_cli(app, tmp_path, found, queries.floor_of(wave))
    ours = {(one["column"], one["measure"]): one for one in figures["measures"]}
    assert theirs["design"] == figures["design"]
    for one in theirs["measures"]:
        mine = ours[one["column"], one["measure"]]
        if mine["se"] is not None:
            assert isclose(one["weighted"], mine["weighted"], rel_tol=1e-9, abs_tol=1e-12)
            assert isclose(one["se"], mine["se"], rel_tol=1e-9, abs_tol=1e-12)


@loaded
def test_answers_carry_a_mark_of_the_village_and_the_week_only(app: Flask) -> None:
    wave = wave_of(10, 40)
    villages = {row.psu for row in queries.invitations(reading(), wave.id)}
    marks = {row.psu for row in make.responses()}
    assert len(marks) > 1
    assert not any(village in mark for village in villages for mark in marks)
    assert len({row.day for row in make.responses()}) == 1


@loaded
def test_at_the_end_no_village_has_few_answers_and_no_member_one(app: Flask) -> None:
    wave = wave_of(12, 45)
    who = joins.answered_by(wave)
    assert min(Counter((r.stratum, r.psu) for r in make.responses()).values()) < K
    wave = make.closed(wave)
    assert min(Counter((r.stratum, r.psu) for r in make.responses()).values()) >= K
    assert {row.psu for row in queries.invitations(reading(), wave.id)} == {""}
    assert joins.small_joins(wave, who) == []
    notes = figures_of(wave, assembled(reading(), wave, ()), ())["notes"]
    assert "并在一起，算一个单位" in str(notes)


@loaded
def test_the_table_refuses_an_end_that_keeps_villages(app: Flask) -> None:
    wave = wave_of(10, 40, answers=0)
    with pytest.raises(IntegrityError):
        work(
            people.DISTRICT_OFFICER,
            lambda w: w.session.execute(
                update(Wave).where(Wave.id == wave.id).values(secret=None, state="closed")
            ),
        )
    assert make.closed(wave).state == "closed"


@loaded
def test_an_officer_draws_villages_on_the_page(app: Flask) -> None:
    people.places()
    officer: FlaskClient = people.browser(app, people.account(people.DISTRICT_OFFICER))
    wave = make.wave(mode=Mode.INVITED, opened=False)
    page = f"/staff/surveys/{wave.code}"

    def upload(**fields: str) -> Any:
        form = {**fields, "frame": (io.BytesIO(FRAME.encode()), "frame.csv")}
        return officer.post(f"{page}/sample", data=form, content_type="multipart/form-data")

    assert upload(size="0").status_code == 422
    assert "只有 20 个村" in upload(size="5", clusters="99").get_data(as_text=True)
    assert upload(size="30", clusters="6").status_code == 303
    assert "先抽了 6 个村（名单里 20 个）" in officer.get(page).get_data(as_text=True)
    officer.post(f"{page}/begin")
    rows = list(
        csv.DictReader(
            io.StringIO(officer.get(f"{page}/codes.csv").get_data(as_text=True).lstrip("\ufeff"))
        )
    )
    assert (len(rows), len({(row["stratum"], row["psu"]) for row in rows})) == (30, 6)
    reading().rollback()
    assert {row.psu for row in reading().query(Invitation)} > {""} or len(rows) == 30
