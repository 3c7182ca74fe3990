"""What a page shows of text that somebody else wrote, and how its tables can be read on paper and on a phone."""

import pytest

from asr.reporting.paper import page, result_shown, table, text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2026-11-27T10:36:44.377417+00:00, crash-consistent", "2026-11-27 10:36:44 UTC, crash-consistent"),
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
        ("ok\u202etxt.exe", "ok\\u202etxt.exe"),
        ("a\x00b\x1b[31m", "a\\u0000b\\u001b[31m"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("lone \ud800", "lone \\ud800"),
        ("two\nlines", "two\nlines"),
        (["a", "b"], "a, b"),
        (None, ""),
        (0.5, "0.5"),
    ],
)
def test_text_is_text(said: object, shown: str) -> None:
    """No markup, nothing hidden, nothing that turns what stands beside it around."""
    assert text(said) == shown
    text(said).encode("utf-8")


def test_short_words_are_not_broken_and_each_cell_tells_its_column() -> None:
    """Columns of `yes` stay wide enough for it; on a phone a row is a list of what the heads say."""
    made = table("Gates", [("item normal", "yes", "GET /subscriptions/" + "x" * 80)], ("Gate", "Holds", '"Read"'))

    assert '<td data-head="Holds">yes</td>' in made
    assert '<td class=long data-head="&quot;Read&quot;">' in made
    assert "none" in table("Gates", [])


def test_a_result_that_is_none_yet_has_no_colour() -> None:
    """Running is neither good nor bad."""
    kinds = [result_shown(one).split("'")[1] for one in ("passed", "failed", "cancelled", "running")]
    assert kinds == ["good", "bad", "bad", "open"]
    assert "<script" not in page("<script>", "<script>", ())
