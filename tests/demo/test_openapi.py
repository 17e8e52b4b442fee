"""The API does what its document says, whatever a program sends: by schemathesis."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.demo.test_pages import become
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.long
EXAMPLES = 60
READERS = (None, Role.DISTRICT_OFFICER, Role.AUDITOR)
# A photo of noise, a code of nobody: their bytes are refused though their shape is right.
LEFT_OUT = [positive_data_acceptance]


@pytest.mark.parametrize("role", READERS, ids=lambda role: role.value if role else "guest")
def test_nothing_that_is_sent_gets_what_the_document_does_not_say(
    copied: Flask, role: Role | None
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", copied)
    client = copied.test_client()
    headers = {"Sec-Fetch-Site": "same-origin"}
    if role is not None:
        become(client, role)
        headers["Cookie"] = "; ".join(f"{c.key}={c.value}" for c in client._cookies.values())
    found = {}
    for operation in schema.get_all_operations():
        described = operation.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=described.as_strategy())
        def send(case: Case) -> None:
            answer = case.call(app=copied, headers=headers)
            case.validate_response(answer, excluded_checks=LEFT_OUT)

        try:
            send()
        except BaseExceptionGroup as failures:
            found[described.label] = [str(one) for one in failures.exceptions]
    assert found == {}
