"""The document's tables are the code's tables."""

from pathlib import Path

from local.emulator.providers.site_recovery.document import FILLINGS, filled

DOCUMENT = Path(__file__).parents[3] / "docs" / "emulator-site-recovery.md"


def test_the_document_shows_what_the_code_does() -> None:
    """Every generated part stands in the document as the code would write it."""
    text = DOCUMENT.read_text(encoding="utf-8")

    assert all(f"<!-- {name} -->" in text for name in FILLINGS)
    assert filled(text) == text
