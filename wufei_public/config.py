"""Settings: everything that the operator may choose, read once from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent
SHARE = CHECKOUT if (CHECKOUT / "migrations").is_dir() else Path(__file__).parent / "_share"

T = TypeVar("T")


class Mode(StrEnum):
    """How seriously the server is meant: a trial says so on every page."""

    TRIAL = "trial"
    DEMO = "demo"
    PRODUCTION = "production"


class BadSettings(Exception):  # noqa: N818
    """Every variable that cannot be used, each with what it should be."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per environment variable `WUFEI_<NAME>`; `docs/operations.md` lists them."""

    mode: Mode = Mode.TRIAL
    var: Path = CHECKOUT / "var"
    database: str = ""
    store: str = ""
    keys_file: Path | None = None
    pg_bin: Path | None = None
    public_url: str = ""
    site_name: str = "无废城市"
    site_name_en: str = "Zero-waste City"
    district: str = ""
    organiser: str = ""
    contact_phone: str = ""
    hotline: str = "12345"
    icp: str = ""
    gov_site_code: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    metrics_port: int = 0
    web_processes: int = 2
    web_threads: int = 4
    sqlite_synchronous: str = "FULL"
    trusted_proxy: str = ""
    limits_storage: str = "memory://"
    sms: str = "console"
    sms_base: str = "https://dysmsapi.aliyuncs.com"
    sms_key_id: str = ""
    sms_key_secret: str = ""
    sms_sign: str = ""
    sms_templates: Mapping[str, str] = field(default_factory=dict)
    sms_address_hour: int = 60
    sms_address_day: int = 300
    sms_site_hour: int = 1000
    sms_site_day: int = 5000
    sms_quiet: tuple[time, time] | None = (time(22), time(7))
    sms_person_day: int = 5
    sms_for: frozenset[str] = frozenset()
    wechat_app_id: str = ""
    wechat_secret: str = ""
    wechat_open_base: str = "https://open.weixin.qq.com"
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_templates: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    wechat_sdk: str = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
    photo_keep: str = "policy"
    survey_photo_days: int = 90
    audit_heads_url: str = ""
    cdn_purge_url: str = ""
    cdn_purge_token: str = ""
    jobs_every_seconds: float = 2.0
    log_level: str = "info"
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Say whether the public address is https, so that cookies may be `Secure`."""
        return self.public_url.startswith("https://")

    @property
    def database_url(self) -> str:
        """Return the database's SQLAlchemy address; a SQLite file in `var` by default."""
        url = self.database or f"sqlite:///{self.var / 'wufei.sqlite3'}"
        # A bare postgresql:// means another driver in each SQLAlchemy release.
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def store_url(self) -> str:
        """Return where photos are kept; a folder in `var` by default."""
        return self.store or f"file://{self.var / 'photos'}"

    @property
    def keys_path(self) -> Path:
        """Return the file that holds the master key."""
        return self.keys_file or self.var / "keys.json"


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _pairs(text: str) -> Mapping[str, str]:
    found = {}
    for pair in text.split(","):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise ValueError
        found[name] = value
    return found


def _letters(text: str) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    found = {}
    for name, value in _pairs(text).items():
        template, *fields = value.split("/")
        pairs = [one.split(":") for one in fields]
        if not (template and pairs) or any(len(pair) != 2 or not all(pair) for pair in pairs):  # noqa: PLR2004
            raise ValueError
        found[name] = template, {one[0]: one[1] for one in pairs}
    return found


def _names(text: str) -> frozenset[str]:
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise ValueError
    return frozenset(found)


def _hours(text: str) -> tuple[time, time] | None:
    if text == "none":
        return None
    begin, dash, end = text.partition("-")
    found = time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    if not dash or found[0] == found[1] or any(one.tzinfo for one in found):
        raise ValueError
    return found


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return read


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")) or text.rstrip("/").count("/") != 2:  # noqa: PLR2004
        raise ValueError
    return text.rstrip("/")


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError
    return text


def _script(text: str) -> str:
    # It stands in the Content-Security-Policy: nothing there may end it or begin another.
    if not re.fullmatch(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9._/-]+\.js", text):
        raise ValueError
    return text


def _begins(*heads: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text.startswith(heads):
            raise ValueError
        return text

    return read


# What may follow an s3:// address; a word that the store would not know is a slip.
_STORE_OPTIONS = frozenset(
    {
        "endpoint",
        "region",
        "access_key_id",
        "secret_access_key",
        "session_token",
        "virtual_hosted_style_request",
    }
)


def _place_of_photos(text: str) -> str:
    parts = urlsplit(_begins("file://", "s3://")(text))
    if parts.scheme == "s3" and not (parts.netloc and set(parse_qs(parts.query)) <= _STORE_OPTIONS):
        raise ValueError
    return text


def _seconds(text: str) -> float:
    number = float(text)
    if not 0.1 <= number <= 3600:  # noqa: PLR2004  neither a spin nor a sleep; refuses nan too
        raise ValueError
    return number


def _digits(text: str) -> str:
    if len(text) != 6 or not text.isdigit():  # noqa: PLR2004  GB/T 2260
        raise ValueError
    return text


def _address(text: str) -> str:
    return str(ip_address(text))


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", text):
        raise ValueError
    return text


_A_NUMBER = "a whole number from 1 to 1000000"
_READERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "mode": (Mode, "trial, demo or production"),
    "var": (Path, "a folder"),
    "keys_file": (Path, "a file"),
    "pg_bin": (Path, "the folder of pg_dump and pg_restore"),
    "public_url": (_url, "an address such as https://wufei.example.gov.cn, without a path"),
    "database": (
        _begins("sqlite:///", "postgresql://", "postgresql+psycopg://"),
        "an address such as postgresql://wufei@db/wufei, or sqlite:////srv/wufei.sqlite3",
    ),
    "store": (
        _place_of_photos,
        "file:///srv/photos or s3://bucket/prefix?endpoint=…&region=…",
    ),
    "district": (_digits, "the six-digit code of a district"),
    "host": (_host, "a host name or an address"),
    "trusted_proxy": (_address, "the proxy's IP address"),
    "limits_storage": (_begins("memory://", "redis://", "rediss://"), "memory:// or redis://…"),
    "port": (_whole(1, 65535), "a port from 1 to 65535"),
    "metrics_port": (_whole(0, 65535), "a port from 1 to 65535, or 0 for none"),
    "web_processes": (_whole(1, 64), "a whole number from 1 to 64"),
    "web_threads": (_whole(1, 128), "a whole number from 1 to 128"),
    "jobs_every_seconds": (_seconds, "seconds from 0.1 to 3600, such as 2"),
    "sqlite_synchronous": (_one_of("FULL", "NORMAL"), "FULL or NORMAL"),
    "sms": (
        _one_of("console", "aliyun"),
        "console (codes are written to the log) or aliyun",
    ),
    "sms_base": (_url, "an http or https address without a path"),
    "sms_templates": (_pairs, "pairs such as people.code=SMS_123456789, with commas between"),
    "sms_address_hour": (_whole(1, 1_000_000), _A_NUMBER),
    "sms_address_day": (_whole(1, 1_000_000), _A_NUMBER),
    "sms_site_hour": (_whole(1, 1_000_000), _A_NUMBER),
    "sms_site_day": (_whole(1, 1_000_000), _A_NUMBER),
    "sms_quiet": (_hours, "hours such as 22:00-07:00, or none"),
    "sms_person_day": (_whole(1, 1_000_000), _A_NUMBER),
    "sms_for": (_names, "kinds of messages such as dumping.closed, with commas between"),
    "wechat_templates": (
        _letters,
        "such as dumping.closed=TEMPLATE/thing1:title/thing2:words/time3:at, with commas between",
    ),
    "wechat_open_base": (_url, "an http or https address without a path"),
    "wechat_api_base": (_url, "an http or https address without a path"),
    "wechat_sdk": (_script, "the http or https address of one script"),
    "audit_heads_url": (_web_address, "an http or https address"),
    "cdn_purge_url": (_web_address, "an http or https address, with {address} or without"),
    "photo_keep": (_one_of("policy", "never"), "policy or never"),
    "survey_photo_days": (_whole(1, 3650), "days from 1 to 3650"),
    "log_level": (_one_of("debug", "info", "warning", "error"), "debug, info, warning or error"),
}


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read Settings from `environ`; BadSettings names every bad variable at once."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for item in fields(Settings):
        text = environ.get(f"WUFEI_{item.name.upper()}", "").strip()
        if item.name == "extra" or not text:
            continue
        read, wanted = _READERS.get(item.name, (str, "text"))
        try:
            values[item.name] = read(text)
        except ValueError:
            faults[f"WUFEI_{item.name.upper()}"] = f"“{text}” — should be {wanted}"
    faults |= _unknown(environ)
    settings = Settings(**values)
    faults |= _unsafe(settings)
    faults |= _at_odds(settings)
    if faults:
        raise BadSettings(faults)
    return settings


def _at_odds(settings: Settings) -> dict[str, str]:
    """Name what is of no use without another."""
    faults = {}
    gateway = ("sms_key_id", "sms_key_secret", "sms_sign", "sms_templates")
    missing = [name for name in gateway if not getattr(settings, name)]
    if settings.sms == "aliyun" and missing:
        names = ", ".join(f"WUFEI_{name.upper()}" for name in missing)
        faults["WUFEI_SMS"] = f"aliyun needs {names} too"
    if settings.cdn_purge_url and not settings.public_url:
        faults["WUFEI_CDN_PURGE_URL"] = "needs WUFEI_PUBLIC_URL, whose addresses are forgotten"
    if bool(settings.wechat_app_id) != bool(settings.wechat_secret):
        faults["WUFEI_WECHAT_APP_ID"] = "is set together with WUFEI_WECHAT_SECRET, or neither is"
    if settings.wechat_templates and not (settings.wechat_app_id and settings.public_url):
        faults["WUFEI_WECHAT_TEMPLATES"] = "needs WUFEI_WECHAT_APP_ID and WUFEI_PUBLIC_URL"
    return faults


def _unknown(environ: Mapping[str, str]) -> dict[str, str]:
    known = {f"WUFEI_{item.name.upper()}" for item in fields(Settings)}
    return {
        name: "no such setting"
        for name in environ
        if name.startswith("WUFEI_") and name not in known
    }


def _unsafe(settings: Settings) -> dict[str, str]:
    """Name what production must not start without."""
    if settings.mode is not Mode.PRODUCTION:
        return {}
    faults = {}
    if not settings.secure:
        faults["WUFEI_PUBLIC_URL"] = "production needs the https address that residents open"
    if not settings.keys_path.is_file():
        faults["WUFEI_KEYS_FILE"] = (
            f"production needs a key file; make it with: flask keys make ({settings.keys_path})"
        )
    return faults


def settings_of_process() -> Settings:
    """Read Settings from this process's environment."""
    return settings_from(os.environ)


def tell_library(name: str, value: str) -> None:
    """Set a variable for a library that can be told in no other way."""
    os.environ[name] = value
