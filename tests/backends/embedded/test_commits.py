"""Over many commits: an engine that stays open answers as one that was opened just now."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine

TODAY = datetime.date(2026, 11, 1)
PLACES = ["phường Quang Trung", "phường Bắc Hồng", "xã Đông Dư", "thị trấn Ấp Mới", ""]
WORDS = (
    "chi bộ đại hội nhiệm kỳ khu phố phường đảng viên ủy ban nhân dân kế hoạch tổ chức hội nghị "
    "triển khai công tác dân vận khéo xây dựng nông thôn mới biểu dương khen thưởng kỷ luật"
).split()
QUERIES = [
    "đại hội chi bộ",
    "dai hoi chi bo",
    "ủy ban nhân dân phường",
    "dan vạn khéo",
    "đại hội 2021",
    '"đại hội" +phường -khen',
    "place:Đông date:2020..2022",
    "khe*",
]


def document(chance: random.Random, id_: str) -> Document:
    date = datetime.date(2019, 1, 1) + datetime.timedelta(chance.randrange(1500))
    words = chance.choices(WORDS, k=chance.randrange(5, 120))
    return Document(
        id=id_,
        title=" ".join(words[:4]),
        text=" ".join(words),
        date=date if chance.random() < 0.7 else None,
        date_precision=chance.choice(["day", "month", "year"]),
        place=chance.choice(PLACES),
        author=f"Tác giả {chance.randrange(40)}",
    )


def answers(engine: SearchEngine) -> list[Any]:
    found: list[Any] = []
    for query in QUERIES:
        answer = engine.search(query, today=TODAY).to_json()
        del answer["took_ms"]
        found += [answer, engine.histogram(query, today=TODAY).to_json()]
    return [*found, engine.facets("hội", order="name"), engine.suggest("đại h")]


@pytest.mark.parametrize("seed", range(3))
def test_an_engine_that_stays_open_answers_as_a_new_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    ids = [f"trang-{number}" for number in range(400)]
    with SearchEngine.open(tmp_path / "index", create=True, auto_refresh=False) as engine:
        with engine.writer() as writer:
            for id_ in ids[:300]:
                writer.add(document(chance, id_))
        for step in range(24):
            with engine.writer() as writer:
                for id_ in chance.sample(ids, chance.randrange(1, 6)):
                    # New ones, others in place of old ones, and some that only go.
                    writer.delete(id_)
                    if chance.random() < 0.8:
                        writer.add(document(chance, id_))
            assert engine.refresh()
            if step % 4 == 3:
                with SearchEngine.open(tmp_path / "index") as new:
                    assert answers(engine) == answers(new)
            else:
                engine.search(chance.choice(QUERIES), today=TODAY)
