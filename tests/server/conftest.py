"""Servers that several test files ask: the seeds, and an archive of written pages."""

from __future__ import annotations

import datetime

import pytest

from searchengine import Document, SearchEngine
from tests.server.client import Client
from tests.server.pages.html import Engines


@pytest.fixture(scope="module")
def client(seed_engine: SearchEngine) -> Client:
    return Client(seed_engine)


@pytest.fixture
def archive(make_engine: Engines) -> Client:
    """Thirty pages of a ward over five years, from two places and two sources."""
    documents = [
        Document(
            id=f"tin/{number}",
            title=f"Tổ dân phố {number} trồng cây",
            text=f"Tổ dân phố {number} trồng cây đầu xuân bên bờ kênh.",
            date=datetime.date(2018 + number % 5, 1 + number % 12, 3),
            place="phường Bàng" if number % 3 else "phường Sấu",
            source="Bản tin phường" if number % 2 else "Loa sáng",
        )
        for number in range(26)
    ]
    return Client(make_engine(*documents))
