"""YAML that `asr` writes is read back as the same values."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asr_cli.yaml_text import yaml_lines

TEXTS = st.one_of(st.text(), st.sampled_from(["yes", "null", "1e3", "-", "a: b", "# x", "2026-11-27", " x", "x ", "~"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    """Whatever Azure's names and sentences hold."""
    assert yaml.safe_load("\n".join(yaml_lines(value))) == value


@pytest.mark.parametrize("text", ["no", "0x1f", "1:30", "=", "on", "1_000", ".5", "2026-11-27T01:45:00+00:00"])
def test_words_that_other_readers_take_for_something_else_are_quoted(text: str) -> None:
    """YAML 1.1 reads some words as truth values, numbers and times."""
    assert list(yaml_lines({"x": text})) == [f'x: "{text}"']
