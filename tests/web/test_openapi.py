"""The OpenAPI document: valid, complete, and true under fire."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from queue_app.background import Runtime
from queue_app.web.errors import STATUS
from queue_app.web.permissions import DEVICE, PUBLIC, access_of
from tests.web.callers import Caller, Contract, SignIn

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
EXAMPLES = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_document_is_valid(contract: Contract) -> None:
    assert contract.document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(contract.document).iter_errors()) == []


def test_every_route_is_in_it(runtime: Runtime, contract: Contract) -> None:
    paths, routes = contract.document["paths"], set()
    for rule in runtime.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.rule == "/api/v1/openapi.json":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            operation = paths[path][method.lower()]
            routes.add((path, method.lower()))
            assert operation["summary"]
            access = access_of(runtime.app.view_functions[rule.endpoint])
            assert access is not None, path
            asked = {PUBLIC: None, DEVICE: [{"device": []}]}
            assert operation.get("x-permission") == access.permission, path
            assert operation.get("security") == asked.get(access.needs, [{"session": []}]), path
            assert ({"401", "403"} <= set(operation["responses"])) == (access.needs not in asked), path
            assert operation.get("requestBody", {"required": True})["required"] is True
    assert {(path, method) for path, operations in paths.items() for method in operations} == routes


def test_every_refusal_of_the_api_is_in_it(contract: Contract) -> None:
    named: dict[str, set[str]] = {}
    for operations in contract.document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    for code in response["description"].split(", "):
                        named.setdefault(code, set()).add(status)
    # Of the rest, one is about sockets, one about addresses that are in no document.
    assert set(STATUS) - set(named) == {"unknown_room", "method_not_allowed"}
    assert named == {code: {str(STATUS[code])} for code in named}


def test_it_names_no_shape_that_nobody_sends(contract: Contract) -> None:
    text = repr(contract.document["paths"]) + repr(contract.document["components"]["schemas"])
    unused = [name for name in contract.document["components"]["schemas"] if f"schemas/{name}'" not in text]
    assert unused == []


def known(operation: Any, token: str) -> dict[str, Any]:
    """Path parameters that name something that exists."""
    code = "utara" if "zones" in operation.path else "utama"
    things = {"counter_id": 1, "service_id": 1, "job_id": 1, "token": token, "code": code}
    return {name: value for name, value in things.items() if f"{{{name}}}" in operation.path}


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_random_requests(runtime: Runtime, visitor: Caller, sign_in: SignIn, mode: GenerationMode) -> None:
    """Any request, well formed or not, by a visitor or an officer: no server error, and only documented responses."""
    officer = sign_in("dukcapil1")
    token = visitor.take(kiosk="utama")["token"]
    visitor.take()
    officer.done("/counters/1/open")
    officer.done("/counters/1/call-next")
    # To make up a request takes longer than to answer it: each one is sent by both.
    callers = {"visitor": {}, "officer": {"Authorization": f"Bearer {officer.token}"}}
    seen: dict[str, set[int]] = {caller: set() for caller in callers}
    for result in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", runtime.app).get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and "requestBody" not in operation.definition.raw:
            continue  # there is nothing that could be malformed
        path = known(operation, token) if mode is GenerationMode.POSITIVE else None

        @EXAMPLES
        @given(case=operation.as_strategy(mode, path_parameters=path))
        def send(case: schemathesis.Case) -> None:
            for caller, headers in callers.items():
                if caller == "officer" and case.method.lower() == "delete":
                    continue  # it would end the session
                seen[caller].add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

        send()
    expected = {2, 4} if mode is GenerationMode.POSITIVE else {4}
    assert {caller: {status // 100 for status in statuses} for caller, statuses in seen.items()} == dict.fromkeys(
        callers, expected
    )
