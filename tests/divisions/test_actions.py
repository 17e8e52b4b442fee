import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.divisions import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.common.geo import Box, Crs, Point
from wufei_public.divisions import actions, queries
from wufei_public.divisions.actions import Changes
from wufei_public.divisions.models import Boundary, Division, DivisionData
from wufei_public.divisions.rules.boundaries import read_boundaries
from wufei_public.divisions.rules.departments import Office
from wufei_public.divisions.rules.levels import Level
from wufei_public.divisions.rules.tables import read_departments, read_divisions, read_towns
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("app")

VILLAGE = "990101101200"
SQUARE = make.ring(Box(34.69, 112.69, 34.71, 112.71))


def seed() -> Changes:
    return work(SYSTEM, actions.seed)


def load(
    divisions: str = make.LIST, towns: str | None = make.TOWNS, departments: str | None = None
) -> Changes:
    rows = read_divisions(divisions.encode())
    tiles = read_towns(towns.encode(), rows) if towns else None
    offices = read_departments(departments.encode()) if departments else None
    return work(SYSTEM, lambda w: actions.load(w, divisions=rows, towns=tiles, departments=offices))


def load_boundary(
    session: Session, code: str = VILLAGE, *, crs: Crs = Crs.WGS84, replace: bool = False
) -> Changes:
    known = queries.directory(session).active_codes
    rows = read_boundaries(make.collection(make.feature(code, SQUARE)), crs, known)
    return work(SYSTEM, lambda w: actions.load_boundaries(w, rows, crs, replace=replace))


def audited(session: Session) -> list[tuple[str, object]]:
    rows = session.execute(
        select(AuditRow.target, AuditRow.after)
        .where(AuditRow.action.startswith("divisions:"))
        .order_by(AuditRow.id)
    )
    return [(target, {**after, "version": "…", "source": "…"}) for target, after in rows]


def test_seeding_twice_changes_nothing_more(session: Session) -> None:
    first = seed()
    assert first.added == 256 + len(queries.departments(session).offices)
    assert seed() == Changes()
    assert [target for target, _ in audited(session)] == [
        "divisions/divisions",
        "divisions/departments",
    ]
    found = queries.directory(session)
    assert (len(found.towns), len(found.units)) == (13, 240)
    assert found.path("410307106214") == "缑氏镇 官庄村"
    assert found.path("410307106214", english=True) == "Guanzhuang Village, Goushi Town"
    assert [place.code for place in found.search("gsz gz")] == ["410307106214"]
    assert queries.departments(session).named("交通局") == Office(
        "transport",
        "区交通运输局",
        "District Bureau of Transport",
        ("交通局", "交通运输局", "区交通运输局"),
    )


def test_what_the_operator_loaded_is_not_seeded_over(session: Session) -> None:
    seed()
    changes = load()
    assert (changes.added, changes.retired) == (8, 256)
    # Departments still are the package's; divisions are the operator's from now on.
    assert seed() == Changes()
    assert [place.code for place in queries.directory(session).districts] == ["990101"]
    origins = dict(session.execute(select(DivisionData.part, DivisionData.origin)).all())
    assert origins == {"divisions": "operator", "departments": "package"}


def test_new_package_data_is_seeded(session: Session) -> None:
    seed()
    stamp = session.get_one(DivisionData, "divisions")
    stamp.source = "of an older release"
    town = session.get_one(Division, "410307106")
    town.name = "旧镇"
    session.commit()
    assert seed() == Changes(changed=1)
    session.expire_all()
    assert session.get_one(Division, "410307106").name == "缑氏镇"


def test_a_version_reckoned_otherwise_is_put_right(session: Session) -> None:
    seed()
    stamp = session.get_one(DivisionData, "divisions")
    version, stamp.version = stamp.version, "of an older release"
    session.commit()
    assert seed() == Changes()
    session.expire_all()
    assert session.get_one(DivisionData, "divisions").version == version


def test_loading_twice_changes_nothing(session: Session) -> None:
    assert load(departments=make.DEPARTMENTS) == Changes(added=10, changed=3)
    assert load(departments=make.DEPARTMENTS) == Changes()
    assert audited(session) == [
        (
            "divisions/divisions",
            {
                "version": "…",
                "source": "…",
                "origin": "operator",
                "added": 8,
                "changed": 0,
                "retired": 0,
            },
        ),
        (
            "divisions/departments",
            {
                "version": "…",
                "source": "…",
                "origin": "operator",
                "added": 2,
                "changed": 3,
                "retired": 0,
            },
        ),
    ]


def test_a_changed_name_is_changed_and_a_missing_code_goes_out_of_use(session: Session) -> None:
    load()
    before = queries.directory(session)
    session.rollback()
    lines = make.LIST.replace("官庄村民委员会", "新庄村民委员会").splitlines(keepends=True)
    changes = load("".join(line for line in lines if "柳树" not in line))
    assert changes == Changes(changed=1, retired=1)
    after = queries.directory(session)
    assert after.version != before.version
    assert after.path(VILLAGE) == "西镇 新庄村"
    assert after.places[VILLAGE].pinyin == "xin zhuang cun"
    gone = after.places["990101101201"]
    assert (gone.active, after.path(gone.code)) == (False, "西镇 柳树村")
    assert gone.code not in after.active_codes
    # What comes back is in use again.
    assert load() == Changes(changed=2)
    assert queries.directory(session).version == before.version


def test_towns_are_kept_without_their_file_and_replaced_with_it(session: Session) -> None:
    load()
    assert load(towns=None) == Changes()
    assert queries.directory(session).places["990101101"].centre == Point(34.70, 112.70)
    only_east = "".join(make.TOWNS.splitlines(keepends=True)[:2])
    assert load(towns=only_east) == Changes(changed=1)
    found = queries.directory(session)
    assert (found.places["990101101"].tile, found.places["990101101"].centre) == (None, None)
    assert found.tiles == ((None, found.places["990101001"]),)
    assert session.get_one(Division, "990101001").centre_status == "assumption"


def test_own_readings_and_english_names_win(session: Session) -> None:
    rows = make.LIST.replace("parent\n", "parent,pinyin,name_en\n").replace(
        "西镇,town,990101\n", "西镇,town,990101,si zhen,West Town\n"
    )
    load(rows)
    town = queries.directory(session).places["990101101"]
    assert (town.pinyin, town.initials, town.name_en) == ("si zhen", "sz", "West Town")


def test_departments_change_their_names_and_go_out_of_use(session: Session) -> None:
    load(departments=make.DEPARTMENTS)
    head, _, _, third = make.DEPARTMENTS.splitlines(keepends=True)
    moved = third + "甲局,区乙局,Bureau B,b\n"
    changes = load(departments=head + moved)
    assert changes == Changes(changed=2, retired=1)
    found = queries.departments(session)
    assert [office.code for office in found.active] == ["b"]
    assert found.named("甲局") == Office("b", "区乙局", "Bureau B", ("区乙局", "甲局"))
    assert found.get("a") == Office("a", "区甲局", "Bureau A", (), active=False)


def test_impossible_rows_are_impossible(session: Session) -> None:
    load()
    town = session.get_one(Division, "990101101")
    town.lat = None
    with pytest.raises(IntegrityError, match="centre_whole"):
        session.flush()


def test_boundaries_are_loaded_once_and_replaced(session: Session) -> None:
    load()
    assert load_boundary(session) == Changes(added=1)
    assert load_boundary(session) == Changes()
    assert load_boundary(session, "990101101") == Changes(added=1)
    assert queries.outlines(session, Level.VILLAGE) == {VILLAGE: [[SQUARE]]}
    assert queries.outlines(session, Level.TOWN, Level.STREET) == {"990101101": [[SQUARE]]}
    # In another system the same numbers lie elsewhere.
    assert load_boundary(session, crs=Crs.GCJ02) == Changes(changed=1)
    assert queries.outlines(session, Level.VILLAGE) != {VILLAGE: [[SQUARE]]}
    assert load_boundary(session, replace=True) == Changes(changed=1, retired=1)
    assert queries.outlines(session, Level.TOWN) == {}
    assert [after["crs"] for target, after in audited(session) if "bound" in target] == [
        "wgs84",
        "wgs84",
        "gcj02",
        "wgs84",
    ]


@pytest.mark.parametrize("crs", list(Crs))
def test_boundaries_in_every_system_hold_the_same_place(session: Session, crs: Crs) -> None:
    load()
    document = make.collection(make.feature(VILLAGE, make.in_crs(SQUARE, crs)))
    rows = read_boundaries(document, crs, {VILLAGE})
    work(SYSTEM, lambda w: actions.load_boundaries(w, rows, crs))
    box = session.get_one(Boundary, VILLAGE)
    assert (box.south, box.west, box.north, box.east) == (34.69, 112.69, 34.71, 112.71)
    assert box.source_crs == crs


def test_a_boundary_whose_division_has_gone_is_refused_whole(session: Session) -> None:
    load()
    both = make.collection(make.feature(VILLAGE, SQUARE), make.feature("990101101201", SQUARE))
    rows = read_boundaries(both, Crs.WGS84, {VILLAGE, "990101101201"})
    load("".join(line for line in make.LIST.splitlines(keepends=True) if "柳树" not in line))
    with pytest.raises(Invalid) as refusal:
        work(SYSTEM, lambda w: actions.load_boundaries(w, rows, Crs.WGS84))
    assert refusal.value.facts == {"codes": "990101101201"}
    assert session.scalar(select(func.count()).select_from(Boundary)) == 0
