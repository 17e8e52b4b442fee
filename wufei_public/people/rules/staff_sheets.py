"""A sheet of new members of staff: a user name and a name in each row, nothing else.

What they may is granted by the security administrator, so no sheet brings roles.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.people.rules.names import MOST_WORDS, read_user_name

USER_NAME, NAME = N_("用户名"), N_("姓名")
COLUMNS = (USER_NAME, NAME)
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A row that can become an account."""

    number: int
    user_name: str
    display_name: str


def read_staff(rows: Sequence[Row], taken: Collection[str], faults: Faults) -> list[NewStaff]:
    """Return the rows that are right; what is wrong with the others goes into `faults`."""
    if not rows:
        faults.add(1, "", N_("表里没有人。"))
    if len(rows) > MOST_ROWS:
        faults.add(rows[MOST_ROWS].number, "", N_("一次最多 %(most)s 个人。"), most=MOST_ROWS)
    found: list[NewStaff] = []
    seen = set(taken)
    for row in rows[:MOST_ROWS]:
        before = len(faults.errors)
        name = _user_name(row, faults)
        if name and name in seen:
            faults.add(row.number, USER_NAME, N_("已经有人用这个用户名，请换一个。"))
        if not 1 <= len(row[NAME]) <= MOST_WORDS:
            sentence = N_("请填姓名，最多 %(most)s 个字。")
            faults.add(row.number, NAME, sentence, most=MOST_WORDS)
        seen.add(name)
        if len(faults.errors) == before:
            found.append(NewStaff(row.number, name, row[NAME]))
    return found


def _user_name(row: Row, faults: Faults) -> str:
    try:
        return read_user_name(row[USER_NAME])
    except Invalid as error:
        faults.add(row.number, USER_NAME, error.errors[0].message)
        return ""
