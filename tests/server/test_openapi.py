"""The OpenAPI document: complete, and held against real answers by schemathesis."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from searchengine import SearchEngine
from tests.cluster.places import Place, copied
from tests.server.client import TOKEN, Client

#: Requests that schemathesis makes of each operation.
EXAMPLES = 25


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    """A body of JSON lines is text to schemathesis."""
    return str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def api(seed_directory: Place, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The schema of a server on a copy of the seeds, which may be written to."""
    directory = copied(seed_directory, tmp_path_factory.mktemp("api") / "index")
    client = Client(SearchEngine.open(directory), write_token=TOKEN)
    return schemathesis.openapi.from_asgi("/openapi.json", client.app)


OPERATIONS = [
    ("GET", "/search"),
    ("GET", "/suggest"),
    ("GET", "/facets"),
    ("GET", "/histogram"),
    ("GET", "/similar"),
    ("GET", "/documents/{id}"),
    ("PUT", "/documents/{id}"),
    ("DELETE", "/documents/{id}"),
    ("POST", "/documents"),
    ("GET", "/stats"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/version"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_documented(api: Any, method: str, path: str) -> None:
    @given(case=api[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {TOKEN}"},
            # Which texts are queries, dates or documents no schema can say.
            excluded_checks=[positive_data_acceptance],
        )

    check()


def test_the_document_names_every_operation(api: Any) -> None:
    found = {
        (method.upper(), path)
        for path, methods in api.raw_schema["paths"].items()
        for method in methods
    }
    assert found == set(OPERATIONS)


def test_every_operation_documents_its_failures(api: Any) -> None:
    for path, methods in api.raw_schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert {"200", "400", "414", "422", "500", "503"} <= operation["responses"].keys()
