"""Writes into the document how close the emulator is to the recordings, when it is run as a module.

python -m tests.emulator.site_recovery.figures
"""

import re

from local.emulator.providers.site_recovery.document import DOCUMENT
from tests.emulator.site_recovery.recording import Coverage
from tests.emulator.site_recovery.replay import RECORDINGS, recorded_world

HEAD = "| recording | keys compared | present | same JSON type | same value |\n| --- | --- | --- | --- | --- |\n"
PART = re.compile(r"<!-- figures -->.*?<!-- end -->", re.DOTALL)


def row(name: str, coverage: Coverage) -> str:
    """Return the document's row of one recording."""
    shares = [f"{100 * count / coverage.keys:.1f} %" for count in (coverage.found, coverage.typed)]
    shares.append(f"{100 * coverage.equal // coverage.keys} %")
    return f"| {name} | {coverage.keys} | {' | '.join(shares)} |\n"


def table() -> str:
    """Replay every recording and return the whole table."""
    rows = []
    for name, replay in RECORDINGS.items():
        with recorded_world() as arm:
            rows.append(row(name, replay(arm).coverage))
    return HEAD + "".join(rows)


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(PART.sub(f"<!-- figures -->\n{table()}<!-- end -->", text), encoding="utf-8")
