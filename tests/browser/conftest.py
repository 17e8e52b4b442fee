"""One site per worker, with everybody and every kind of case in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.browsers import DESK, PHONE, chromium, faults_of, window
from tests.browser.town import Town, open_town

# Each of these walks a hundred pages or so.
WALKS = ("test_every_page_in_", "test_each_role_gets_")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long walks, so that at the end no worker is left alone with one."""
    items.sort(key=lambda item: not item.name.startswith(WALKS))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, PHONE) as context:
        yield context


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, DESK) as context:
        yield context


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """Open a page on the phone whose scripts may not fail."""
    opened = phone.new_page()
    faults = faults_of(opened)
    yield opened
    assert faults == []
