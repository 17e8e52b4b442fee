"""Hashing, which takes tens of milliseconds and so happens before `work`, never inside it."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.rules.names import plain_user_name
from wufei_public.people.rules.passwords import MOST, password_faults, prepared

# OWASP Password Storage: argon2id with 19 MiB, two rounds, one lane. Eight threads that
# hash at once take 150 MB, which a small server has.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that the rules let pass, hashed."""

    hashed: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the password was right for the hash that was looked at."""

    user_name: str
    looked_at: str | None
    right: bool


@cache
def common_passwords() -> tuple[str, ...]:
    """Return the words that everybody tries first (data/common_passwords.txt)."""
    folder = files("wufei_public.people") / "data" / "common_passwords.txt"
    return tuple(folder.read_text("utf-8").split())


def new_password(password: str, user_name: str) -> NewPassword:
    """Check a chosen password and hash it; Invalid says what is wrong with it."""
    faults = password_faults(password, user_name, common_passwords())
    if faults:
        raise Invalid("bad_password", N_("这个密码不能用。"), faults)
    return NewPassword(_HASHER.hash(prepared(password)))


@cache
def _decoy() -> str:
    return _HASHER.hash("nobody's password")


def prove_password(session: Session, user_name: str, password: str) -> Proof:
    """Compare a typed password; an unknown user costs as much time as a known one."""
    decoy, name = _decoy(), plain_user_name(user_name)
    account = staff_named(session, name)
    looked_at = account.password_hash if account else None
    right = _verify(looked_at or decoy, password) and looked_at is not None
    return Proof(name, looked_at, right)


def _verify(hashed: str, password: str) -> bool:
    try:
        # A longer text cannot be right and must not keep the processor busy.
        _HASHER.verify(hashed, prepared(password[: MOST * 2]))
    except VerificationError:
        return False
    return True
