"""Settings name every bad variable at once, and production refuses what is unsafe."""

from pathlib import Path

import pytest

from wufei_public.config import BadSettings, Mode, settings_from
from wufei_public.infra.keyfile import make_keys


def faults(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(BadSettings) as caught:
        settings_from(environ)
    return caught.value.faults


def test_nothing_set_is_a_trial_on_loopback() -> None:
    settings = settings_from({})
    assert (settings.mode, settings.host, settings.port) == (Mode.TRIAL, "127.0.0.1", 8000)
    assert settings.database_url.startswith("sqlite:///")


def test_every_bad_variable_is_named_at_once() -> None:
    found = faults(
        {"WUFEI_PORT": "eighty", "WUFEI_MODE": "prod", "WUFEI_WEB_PROCESES": "2", "PORT": "x"}
    )
    assert set(found) == {"WUFEI_PORT", "WUFEI_MODE", "WUFEI_WEB_PROCESES"}
    assert found["WUFEI_PORT"] == "“eighty” — should be a port from 1 to 65535"


def test_production_without_https_or_keys_is_refused(tmp_path: Path) -> None:
    found = faults({"WUFEI_MODE": "production", "WUFEI_VAR": str(tmp_path)})
    assert set(found) == {"WUFEI_PUBLIC_URL", "WUFEI_KEYS_FILE"}


def test_production_with_https_and_keys_is_accepted(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys.json")
    settings = settings_from(
        {
            "WUFEI_MODE": "production",
            "WUFEI_VAR": str(tmp_path),
            "WUFEI_PUBLIC_URL": "https://wufei.example.cn",
        }
    )
    assert settings.secure


@pytest.mark.parametrize("url", ["wufei.example.cn", "https://a.cn/path", "ftp://a.cn"])
def test_a_public_url_that_is_no_plain_address_is_refused(url: str) -> None:
    assert "WUFEI_PUBLIC_URL" in faults({"WUFEI_PUBLIC_URL": url})


def test_a_bare_postgresql_address_gets_its_driver() -> None:
    settings = settings_from({"WUFEI_DATABASE": "postgresql://db/wufei"})
    assert settings.database_url == "postgresql+psycopg://db/wufei"


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("DATABASE", "mongo://x"),
        ("STORE", "ftp://x"),
        ("DISTRICT", "abc"),
        ("HOST", "not a host"),
        ("TRUSTED_PROXY", "nonsense"),
        ("LIMITS_STORAGE", "zzz"),
        ("JOBS_EVERY_SECONDS", "nan"),
        ("JOBS_EVERY_SECONDS", "-3"),
        ("PORT", "0"),
        ("MODE", "quick"),
        ("PUBLIC_URL", "example"),
        ("SMS", "pigeon"),
        ("AUDIT_HEADS_URL", "ftp://x"),
        ("WECHAT_API_BASE", "x"),
    ],
)
def test_each_impossible_value_is_named(name: str, bad: str) -> None:
    with pytest.raises(BadSettings) as refused:
        settings_from({f"WUFEI_{name}": bad, "WUFEI_LOG_LEVEL": "loud"})
    assert set(refused.value.faults) == {f"WUFEI_{name}", "WUFEI_LOG_LEVEL"}
