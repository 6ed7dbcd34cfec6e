"""A real Chromium, driven from outside, and a server of the command's own that it visits.

The browser is Debian's (or any Chromium named by ``SEARCHENGINE_CHROMIUM``); none is ever
downloaded. Without one these tests are skipped, unless ``REQUIRE_BROWSER`` is set.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright import sync_api

from searchengine import Document, SearchEngine
from searchengine.backends.fields import Field, IndexSettings
from searchengine.pages.ingest import index_paths
from tests.cluster.places import place_of_index
from tests.conftest import SEEDS

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The page answers in milliseconds; this is for a machine that does much else.
PATIENCE_MS = 10_000

#: What the index declares of the commune's pages.
FIELDS = (
    Field("loại tin", "keyword"),
    Field("số trang", "number"),
    Field("kinh phí", "number"),
    Field("ngày ký", "date"),
)

HOSTILE = (
    "<script>window.harmed=1</script>\"'><img src=x onerror=window.harmed=1>javascript:alert(1)"
)


def _executable() -> str | None:
    named = os.environ.get("SEARCHENGINE_CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[sync_api.Browser]:
    """A running browser; gone after each file, because its event loop would disturb others."""
    executable = _executable()
    if executable is None:
        reason = "there is no Chromium: install the package chromium, or set SEARCHENGINE_CHROMIUM"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the seeds, sixty pages of a commune and a hostile one."""
    directory = place_of_index(tmp_path_factory.mktemp("browser") / "index")
    with SearchEngine.open(directory, create=True) as engine:
        engine.configure(IndexSettings(fields=FIELDS))
        index_paths(engine, [str(SEEDS)])
        with engine.writer() as writer:
            for document in _commune():
                writer.add(document)
    command = [sys.executable, "-c", "from searchengine.cli.commands import main; main()"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--index", str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            url = re.search(r"http://[^/ ]+", said)
            assert url, f"the server did not start: {said}"
            yield url[0]
        finally:
            server.terminate()
            server.wait(30)


def _commune() -> Iterator[Document]:
    for number in range(60):
        yield Document(
            id=f"xã/tin {number}%",
            title=f"Xóm {number} khơi mương đón vụ mới",
            text=f"Bà con xóm {number} khơi mương, đắp bờ.\n\n" * 12,
            date=datetime.date(2014 + number % 10, 1 + number % 12, 5),
            place=f"xã Đồng {'Sậy' if number % 4 else 'Lác'}",
            source="Loa xã" if number % 3 else "Sổ tay",
            extra={
                "loại tin": "Việc đồng" if number % 5 else ["Việc đồng", "Việc làng"],
                "số trang": 1 + number % 3 * 0.5,
                "kinh phí": 12_500 * number,
                "ngày ký": f"{2014 + number % 10}-{1 + number % 12:02}-06",
                "ghi chú": "chép tay",
            },
        )
    yield Document(id=HOSTILE, title=HOSTILE, text=f"{HOSTILE} ve sầu", place=HOSTILE)


@pytest.fixture
def open_page(chromium: sync_api.Browser, address: str) -> Iterator[Callable[..., sync_api.Page]]:
    """A function that opens an address of the server in a fresh browser window.

    The test fails if anything is written to the console, or any other host is asked for anything.
    """
    contexts, complaints = [], []

    def complain(page: sync_api.Page, message: sync_api.ConsoleMessage) -> None:
        # A page that is itself an error (400, 404) is told there too; nothing is wrong with it.
        if message.location["url"] != page.url:
            complaints.append(message.text)

    def open_it(path: str = "/", **options: object) -> sync_api.Page:
        context = chromium.new_context(locale="vi-VN", **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain(page, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:")) or complaints.append(request.url)
            ),
        )
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
