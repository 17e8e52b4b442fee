"""Draws a sample from a list of people or units, so that the same seed draws the same again."""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as numbers
from math import floor

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import Faults, read_columns
from wufei_public.common.text import N_
from wufei_public.people.rules.phones import read_mobile

ID, STRATUM, PHONE, PSU = "id", "stratum", "phone", "psu"
_MOST_LETTERS = 40
# A fixed line with its area code, the number not beginning with 0 or 1.
_FIXED = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
_JOINTS = re.compile(r"[\s\-‐-―()（）]")
# One alone shows no spread.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Member:
    """A row of the list: what it is called there, and the layer that it lies in."""

    reference: str
    stratum: str
    # Digits alone; empty where the list gives none.
    phone: str = ""
    # The unit that is drawn first, such as a village; empty where persons are drawn at once.
    psu: str = ""

    @property
    def is_mobile(self) -> bool:
        """Say whether a message by SMS reaches the number."""
        return self.phone.startswith("1")


def read_frame(data: bytes, name: str = "frame.csv", *, with_phones: bool = False) -> list[Member]:
    """Return the list in the CSV `data`: `id`, `stratum`, and `phone`, `psu` where it has them.

    Invalid names each fault by row; `with_phones`: every row must have a number.
    """
    faults = Faults(name)
    sheet = read_columns(name, data, (ID, STRATUM, *((PHONE,) if with_phones else ())))
    seen: set[str] = set()
    members = []
    for place, row in enumerate(sheet.numbers):
        typed = sheet.cells[PHONE][place] if PHONE in sheet.cells else ""
        phone = _phone(typed, row, faults, needed=with_phones)
        psu = sheet.cells[PSU][place] if PSU in sheet.cells else ""
        member = Member(sheet.cells[ID][place], sheet.cells[STRATUM][place], phone, psu)
        _check(member, seen, row, faults)
        if PSU in sheet.cells:
            _check_cell(PSU, psu, row, faults)
        seen.add(member.reference)
        members.append(member)
    if not members:
        faults.add(1, "", N_("文件里没有一行内容。"))
    faults.check()
    return members


def _phone(typed: str, row: int, faults: Faults, *, needed: bool) -> str:
    if not typed:
        if needed:
            faults.add(row, PHONE, N_("这一项不能为空。"))
        return ""
    plain = _JOINTS.sub("", typed)
    if _FIXED.fullmatch(plain):
        return plain
    try:
        return read_mobile(typed)
    except Invalid:
        # Without the number: a message about a list is seen by more people than the list.
        faults.add(row, PHONE, N_("电话要是手机号，或者带区号的座机号。"))
        return ""


def _check(member: Member, seen: set[str], row: int, faults: Faults) -> None:
    _check_cell(ID, member.reference, row, faults)
    _check_cell(STRATUM, member.stratum, row, faults)
    if member.reference in seen:
        faults.add(row, ID, N_("“%(value)s”前面已经出现过。"), value=member.reference)


def _check_cell(column: str, value: str, row: int, faults: Faults) -> None:
    if not value:
        faults.add(row, column, N_("这一项不能为空。"))
    elif len(value) > _MOST_LETTERS:
        faults.add(row, column, N_("这一项最多 %(most)s 个字。"), most=_MOST_LETTERS)


def sizes_of(frame: Sequence[Member]) -> dict[str, int]:
    """Return how many members each stratum has."""
    sizes: dict[str, int] = {}
    for member in frame:
        sizes[member.stratum] = sizes.get(member.stratum, 0) + 1
    return sizes


def shares_of(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Return how many to draw from each stratum: in proportion, two at least, all at most.

    What is left over by rounding down goes to the largest remainders.
    """
    total = sum(sizes.values())
    exact = {name: wanted * size / total for name, size in sizes.items()}
    drawn = {name: min(sizes[name], max(_LEAST, floor(exact[name]))) for name in sizes}
    order = sorted(sizes, key=lambda name: (floor(exact[name]) - exact[name], name))
    for name in order:
        if sum(drawn.values()) < wanted and drawn[name] < sizes[name]:
            drawn[name] += 1
    return drawn


def shares_at_least(sizes: Mapping[str, int], wanted: int, least: int) -> dict[str, int]:
    """Return how many to draw from each stratum: `least` or all of it, the rest in proportion.

    Invalid at `size` where that needs more than is wanted.
    """
    if not least:
        return shares_of(sizes, wanted)
    floors = {name: min(size, max(_LEAST, least)) for name, size in sizes.items()}
    needed = sum(floors.values())
    if needed > wanted:
        sentence = N_("每一层都够的话，至少要抽 %(count)s 个。")
        facts = {"count": needed}
        raise Invalid("too_few", sentence, [FieldError("size", sentence, facts)], **facts)
    drawn: dict[str, int] = {}
    rest, left = dict(sizes), wanted
    while short := [name for name in rest if left * rest[name] < floors[name] * sum(rest.values())]:
        for name in short:
            drawn[name] = floors[name]
            left -= floors[name]
        rest = {name: size for name, size in rest.items() if name not in drawn}
    return drawn | (shares_of(rest, left) if rest else {})


def put_together(counts: Mapping[str, int], taken: Collection[str], least: int) -> dict[str, str]:
    """Return the common name of strata of fewer answers than `least`; others keep their own.

    The smallest go together until they are enough; what is too little still goes to the next.
    No common name is one of `taken`.
    """
    groups: list[list[str]] = []
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        if groups and _sum(counts, groups[-1]) < least:
            groups[-1].append(name)
        else:
            groups.append([name])
    if len(groups) > 1 and _sum(counts, groups[-1]) < least:
        *groups, one, last = groups
        groups.append([*one, *last])
    free = (name for at in numbers(1) if (name := f"joined-{at}") not in taken)
    shared = [(next(free), group) for group in groups if len(group) > 1]
    return {name: common for common, group in shared for name in group}


def _sum(counts: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(counts[name] for name in names)


def draw(frame: Sequence[Member], wanted: int, seed: int, least: int = 0) -> list[Member]:
    """Return `wanted` members drawn at random within their strata; the same seed, the same.

    The order is random too, so that a number tells nothing of the list. Of each stratum there are
    `least` or all. Invalid if the list is shorter than what is wanted.
    """
    if wanted > len(frame):
        sentence = N_("名单只有 %(count)s 行，抽不出这么多。")
        facts = {"count": len(frame)}
        raise Invalid("frame_short", sentence, [FieldError("size", sentence, facts)], **facts)
    chance = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    drawn: list[Member] = []
    for stratum, count in sorted(shares_at_least(sizes_of(frame), wanted, least).items()):
        inside = sorted((m for m in frame if m.stratum == stratum), key=lambda m: m.reference)
        drawn += chance.sample(inside, count)
    chance.shuffle(drawn)
    return drawn
