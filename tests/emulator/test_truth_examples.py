"""The examples of Microsoft's OpenAPI files: their answers fit the files, and so do ours to their requests.

The files are not part of the repository; without them these tests are skipped.
"""

import pytest

from local.emulator.coverage import PAGE
from local.emulator.server import Emulator
from tests.emulator import openapi_requests
from tests.emulator.openapi import misfits
from tests.emulator.openapi_examples import examples
from tests.emulator.truth import SPECS

pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="the OpenAPI files are not here")

LEAST_ANSWERS = 250


def test_published_answers_fit_the_files() -> None:
    """Every answer in an example of a served operation: what judges ours judges Azure's own alike."""
    answers = [
        (one, status, body)
        for one in examples(Emulator().resource_manager.router)
        for status, body in one.answers.items()
    ]
    wrong = [
        f"{one.name}: {text}" for one, status, body in answers for text in misfits(one.operation, int(status), body)
    ]

    assert wrong == []
    assert len(answers) >= LEAST_ANSWERS


def test_their_requests_are_answered_as_described() -> None:
    """Every request is answered by a success that fits, or refused with a code that the page counts."""
    figures = openapi_requests.measured()

    assert openapi_requests.table(figures) in PAGE.read_text(encoding="utf-8"), (
        "run: python -m tests.emulator.openapi_requests"
    )
