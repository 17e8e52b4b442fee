"""Indicators 52 to 54 out of one person's or unit's answers (data of the plan; docs/surveys.md)."""

from collections.abc import Callable, Mapping
from typing import Any

from wufei_public.common.text import N_

Answers = Mapping[str, Any]
RIGHT = {"know_medicine": "hazardous", "know_kitchen": "green", "know_pesticide": "take_back"}
DEEDS = frozenset({"sort_home", "recycle", "secondhand", "activity", "report", "volunteer"})
UNIT_DEEDS = frozenset({"training", "publish", "cell"})
RECORDS = frozenset({"ledger", "document", "photo", "receipt"})
_SILENT = frozenset({"none", "dk"})
# Guessing passes one of three in 58 %, two in 16 %.
NEEDED = 2


def contact(answers: Answers) -> bool | None:
    """Say whether any channel reached them in twelve months; None if they did not answer."""
    found = answers.get("contact")
    return None if not found else bool(set(found) - _SILENT)


def knows(needed: int) -> Callable[[Answers], bool | None]:
    """Return the rule "at least `needed` of three answers right"."""

    def rule(answers: Answers) -> bool | None:
        right = sum(answers.get(name) == value for name, value in RIGHT.items())
        if right >= needed:
            return True
        return False if all(name in answers for name in RIGHT) else None

    return rule


def reached(answers: Answers) -> bool | None:
    """Say whether they were reached and know it: indicator 52."""
    touched = contact(answers)
    return knows(NEEDED)(answers) if touched else touched


def took_part(answers: Answers) -> bool | None:
    """Say whether a resident did one of the listed things in three months: indicator 53."""
    found = answers.get("actions")
    return None if not found else bool(set(found) & DEEDS)


def took_part_beyond_scrap(answers: Answers) -> bool | None:
    """Say the same without selling scrap, which nearly everybody does."""
    found = answers.get("actions")
    return None if not found else bool(set(found) & (DEEDS - {"recycle"}))


def unit_took_part(answers: Answers) -> bool | None:
    """Say whether a unit did something that can be checked in twelve months: indicator 53."""
    found = answers.get("org_actions")
    if not found:
        return None
    if set(found) & UNIT_DEEDS:
        return True
    if "measure" not in found:
        return False
    records = answers.get("record_kinds")
    return None if not records else bool(set(records) & RECORDS)


# Name → words, the question that must be there, the rule.
DERIVED: Mapping[str, tuple[str, str, Callable[[Answers], bool | None]]] = {
    "i52": (N_("宣传教育普及率（指标 52）：接触过，且三题答对两题"), "contact", reached),
    "i52_contact": (N_("只看接触过宣传教育的"), "contact", contact),
    "i52_one": (N_("三题至少答对一题"), "know_kitchen", knows(1)),
    "i52_two": (N_("三题至少答对两题"), "know_kitchen", knows(NEEDED)),
    "i53": (N_("公众参与率（指标 53 的居民部分）"), "actions", took_part),
    "i53_no_recycle": (N_("不算卖废品的参与率"), "actions", took_part_beyond_scrap),
    "i53_units": (N_("单位参与率（指标 53 的单位部分）"), "org_actions", unit_took_part),
}
I54 = "sat_overall"
I54_WORDS = N_("满意程度（指标 54）：非常满意和比较满意")
