"""What the OpenAPI document promises: schemathesis asks the API with all that the document allows, and much that it does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from desk_world import CONFIG, NOW, fill_world
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance  # a query may be wrong though it is a text
from starlette.types import ASGIApp

from monitor.store import Store, open_store, tokens
from monitor.web import make_app


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ASGIApp, str]]:
    """The application, and a token that may write."""
    store: Store = open_store(f"sqlite:///{tmp_path_factory.mktemp('api') / 'd.db'}")
    fill_world(store)
    yield make_app(store, lambda: CONFIG, lambda: NOW), tokens.make_token(store, "schemathesis", "write", NOW)
    store.close()


@pytest.fixture(scope="module")
def api_schema(served: tuple[ASGIApp, str]) -> schemathesis.BaseSchema:
    app, token = served
    return schemathesis.openapi.from_asgi(
        "/api/openapi.json", app, headers={"Authorization": f"Bearer {token}", "Host": "127.0.0.1:8484"}
    )


def test_every_answer_is_one_that_the_document_promises(
    api_schema: schemathesis.BaseSchema, served: tuple[ASGIApp, str]
) -> None:
    asked = []
    for operation in (found.ok() for found in api_schema.get_all_operations()):
        asked.append(operation.label)

        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {served[1]}", "Host": "127.0.0.1:8484"}
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        check()
    assert {"GET /stories", "POST /verdicts", "POST /silences"} <= set(asked)
