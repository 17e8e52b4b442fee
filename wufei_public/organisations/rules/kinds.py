"""Kinds of organisations, and how their pollution permit is managed."""

import csv
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_

# code: name (`data/kinds.csv`); those of the waste-free cells' rubrics are among them.
KINDS: Mapping[str, str] = {
    row["code"]: row["label"]
    for row in csv.DictReader(
        (resources.files("wufei_public.organisations") / "data" / "kinds.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}


class PermitClass(StrEnum):
    """排污许可管理类别 (排污许可管理条例 2021, art. 2, and the list of classes by trade)."""

    NONE = ""
    KEY = "key"
    SIMPLIFIED = "simplified"
    REGISTERED = "registered"


PERMIT_LABELS: Mapping[PermitClass, str] = {
    PermitClass.NONE: N_("不在排污许可管理之内"),
    PermitClass.KEY: N_("重点管理"),
    PermitClass.SIMPLIFIED: N_("简化管理"),
    PermitClass.REGISTERED: N_("登记管理"),
}
