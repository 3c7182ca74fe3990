"""What all tests share."""

import sys

from hypothesis import settings

from tests.trusting import read_certificates_once

read_certificates_once()

# `jsonschema` would make 38 parsers for formats that nothing here checks: more than a second of each process of tests.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# Tests run side by side on few cores: an example may be slow because of its neighbours, which is no finding.
settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")
