"""The support matrix: the file is read whole, and a mistake in it is an error, not a rule that is switched off."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import asr
from asr.data.matrix import _File, read_matrix
from asr.model.matrix import UNKNOWN

FILE: dict[str, Any] = json.loads((Path(asr.__file__).parent / "data" / "support-matrix.json").read_text())


def unsaid(one: Any, other: Any, at: str = "") -> list[str]:
    """The fields of one record that are as in the matrix that says nothing."""
    found = []
    for field in fields(one):
        value, nothing = getattr(one, field.name), getattr(other, field.name)
        place = f"{at}.{field.name}".lstrip(".")
        if is_dataclass(value):
            found += unsaid(value, nothing, place)
        elif value == nothing:
            found.append(place)
    return found


def test_every_rule_has_its_figures() -> None:
    """What the file leaves out would not be judged; only the suffix of replicas is as expected without it."""
    assert unsaid(read_matrix(), UNKNOWN) == ["disks.replica_suffix"]
    assert read_matrix().documents


@pytest.mark.parametrize("part", ["limits", "disks", "machines", "regions"])
def test_a_misspelt_name_is_an_error(part: str) -> None:
    """At every depth that has names."""
    with pytest.raises(ValidationError, match="mostDisks"):
        _File.model_validate_json(json.dumps({**FILE, part: {**FILE[part], "mostDisks": {}}}))


@pytest.mark.parametrize("part", sorted(set(FILE)))
def test_a_missing_part_is_an_error(part: str) -> None:
    """Also a date or a version."""
    with pytest.raises(ValidationError, match=part):
        _File.model_validate_json(json.dumps({name: value for name, value in FILE.items() if name != part}))


@pytest.mark.parametrize("version", [0, "three", None])
def test_a_version_counts_from_one(version: object) -> None:
    """So that plans can say by which they were judged."""
    with pytest.raises(ValidationError, match="version"):
        _File.model_validate_json(json.dumps({**FILE, "version": version}))
