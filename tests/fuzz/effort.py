"""How much is tried: little, and the same each time, in `make test`; as much as wished, and new, in `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = "FUZZ_EXAMPLES"
"""The environment variable that says how many examples each test tries; unset in `make test`."""


def effort(quick: int) -> settings:
    """The settings of a test that tries `quick` examples in `make test`."""
    wished = os.environ.get(EXAMPLES)
    return settings(
        max_examples=int(wished) if wished else quick,
        derandomize=wished is None,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
