"""The generated reference is true: what it says may be sent is understood, what it says is answered comes."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.kiosk import Kiosk

CHECKS = (not_a_server_error, content_type_conformance, status_code_conformance, response_schema_conformance)
TRIED = "kiosk|/api/search|/api/options|/api/home|/api/formulas|/api/drafts$"
LEFT_OUT = "stumble|/api/session|/api/events"
EXAMPLES = 12
HEALTH = list(HealthCheck)


class TestReference:
    def test_every_call_is_answered_as_it_says(self, kiosk: Kiosk) -> None:
        bearer = kiosk.signed_in("bo").headers["authorization"]
        spec = kiosk.client(authorization=bearer).get("/api/openapi.json").json()
        known = schemathesis.openapi.from_dict(spec).include(path_regex=TRIED).exclude(path_regex=LEFT_OUT)
        tried = 0
        for found in known.get_all_operations():
            _try(found.ok(), kiosk.address, bearer)
            tried += 1
        assert tried > 15


def _try(call: Any, address: str, bearer: str) -> None:
    """Some requests that fit the reference and some that don't."""

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=HEALTH)
    @given(data=strategies.data())
    def attempt(data: Any) -> None:
        mode = data.draw(strategies.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = data.draw(call.as_strategy(generation_mode=mode))
        answer = case.call(base_url=address, headers={"Authorization": bearer})
        case.validate_response(answer, checks=CHECKS)

    attempt()
