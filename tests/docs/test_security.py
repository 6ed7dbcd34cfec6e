"""docs/security.md: every test that it names is there."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, read

TESTS = ROOT / "tests"


def test_every_test_that_the_page_names_is_there() -> None:
    file, named = "", 0
    for name in re.findall(r"`((?:[\w/]+/)?test_\w+(?:\.py)?)`", read("docs/security.md")):
        if name.endswith(".py"):
            file = (TESTS / name).read_text(encoding="utf-8")
        else:
            assert f"\ndef {name}(" in file, name
        named += 1
    assert named > 50


def test_no_test_of_security_is_left_out() -> None:
    page = read("docs/security.md")
    for path in (TESTS / "server" / "security").glob("test_*.py"):
        assert f"`server/security/{path.name}`" in page, path.name
