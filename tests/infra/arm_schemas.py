"""ARM's own schemas of resources, made strict, and azd's of its project file.

The schemas are not part of this repository: `ASR_ARM_SCHEMAS` names their folder, a clone of the `schemas` folder of
https://github.com/Azure/azure-resource-manager-schemas, or only the providers and versions that are used. azd's schema
(`schemas/v1.0/azure.yaml.json` of https://github.com/Azure/azure-dev) lies in its folder `azd`.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.emulator.arm import published
from tests.repo.tree import ROOT

FOLDER = Path(os.environ.get(published.VARIABLE) or ROOT.parent / "shared" / "specs" / "arm-schemas")


OLDER: Mapping[str, tuple[str, str]] = {
    "Microsoft.DurableTask/schedulers@2026-02-01": ("2025-11-01", "publicNetworkAccess"),
}
"""Versions whose schema is not at hand, with the version before, and the property that it does not have yet."""


@cache
def needed() -> Path:
    """The folder of the schemas; the test is skipped where there is none."""
    if not (FOLDER / "common" / "definitions.json").is_file():
        pytest.skip(f"ARM's schemas are not at {FOLDER}; {published.VARIABLE} names the folder that they are in")
    return FOLDER


def is_known(kind: str) -> bool:
    """Whether there is a schema of this `type@version`."""
    return kind in OLDER or published.is_known(needed(), kind)


def problems(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a resource, each with the path to it; nothing when it fits its schema."""
    if older := OLDER.get(f"{body['type']}@{body['apiVersion']}"):
        version, newer = older
        properties = {name: value for name, value in body["properties"].items() if name != newer}
        body = {**body, "apiVersion": version, "properties": properties}
    return published.problems(needed(), body)


def azd_schema() -> dict[str, Any]:
    """The schema of azure.yaml."""
    schema: dict[str, Any] = json.loads((needed() / "azd" / "azure.yaml.json").read_text(encoding="utf-8"))
    return schema
