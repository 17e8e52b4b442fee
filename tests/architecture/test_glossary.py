"""One English name for each term, in order, and none of the house's vocabularies left out."""

from pathlib import Path

from wufei_public.divisions.rules.levels import Level
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import State
from wufei_public.people.rules.roles import ROLES, Role

LINES = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in Path("docs/glossary.md").read_text().splitlines()
    if line.startswith("| ")
][1:]
ENGLISH = [line[0] for line in LINES]
CHINESE = [line[1] for line in LINES]


def test_terms_stand_in_order_and_once() -> None:
    assert sorted(ENGLISH, key=str.casefold) == ENGLISH
    assert len(set(ENGLISH)) == len(ENGLISH)
    assert len(set(CHINESE)) == len(CHINESE)
    assert {len(line) for line in LINES} == {4}


def test_every_level_stands_in_it() -> None:
    places = " ".join(line[2] for line in LINES)
    assert [level for level in Level if f"level `{level}`" not in places] == []


def test_every_role_stands_in_it_by_the_name_on_the_page() -> None:
    named = {line[2]: line[1] for line in LINES}
    assert {role: named.get(f"role `{role}`") for role in Role} == {
        role: facts.label for role, facts in ROLES.items()
    }


def test_every_state_and_every_official_kind_stands_in_it() -> None:
    states = " ".join(line[2] for line in LINES if line[2].startswith("state"))
    assert [state for state in State if f"`{state}`" not in states] == []
    kinds = {line[1] for line in LINES if line[2] == "official kind"}
    assert kinds == {kind.label for kind in OFFICIAL.values()}
