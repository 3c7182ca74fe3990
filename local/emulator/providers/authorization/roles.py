"""What a role allows: actions with wildcards, less the ones taken from them."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource

DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
_DATA = Path(__file__).parents[2] / "data" / "roles.json"


@dataclass(frozen=True, slots=True)
class Role:
    """One role definition.

    Attributes:
        id: the GUID that names it.
        name: `Site Recovery Contributor`.
        description: what it is for.
        actions: the actions it allows; `*` stands for any text.
        not_actions: those it does not allow although an action covers them.
        data_actions: what it allows with the data of resources, which no action covers.
        scopes: where it may be assigned.
        built_in: whether Azure made it, not a customer.
    """

    id: str
    name: str
    description: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("/",)
    built_in: bool = True

    def allows(self, action: str) -> bool:
        """Say whether the role allows an action. Case does not matter."""
        return _covered(action, self.actions) and not _covered(action, self.not_actions)

    def allows_data(self, action: str) -> bool:
        """Say whether the role allows a data action. Case does not matter."""
        return _covered(action, self.data_actions)


def _covered(action: str, patterns: Iterable[str]) -> bool:
    return any(_expression(pattern).fullmatch(action) for pattern in patterns)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)


@cache
def built_in_roles() -> dict[str, Role]:
    """Return the built-in roles by id."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))["roles"]
    roles = (
        Role(
            row["id"],
            row["name"],
            row["description"],
            tuple(row["actions"]),
            tuple(row["notActions"]),
            tuple(row.get("dataActions", ())),
        )
        for row in rows
    )
    return {role.id: role for role in roles}


def custom_role(resource: Resource) -> Role:
    """Read a role definition that was PUT."""
    properties = resource.properties
    permissions = properties["permissions"]
    return Role(
        id=resource.id.name.lower(),
        name=properties["roleName"],
        description=properties.get("description") or "",
        actions=tuple(action for one in permissions for action in one.get("actions") or ()),
        not_actions=tuple(action for one in permissions for action in one.get("notActions") or ()),
        data_actions=tuple(action for one in permissions for action in one.get("dataActions") or ()),
        scopes=tuple(properties["assignableScopes"]),
        built_in=False,
    )


def all_roles(cloud: Cloud) -> dict[str, Role]:
    """Return every role by id, the built-in ones first."""
    custom = (custom_role(resource) for resource in cloud.store.of_type(DEFINITIONS))
    return built_in_roles() | {role.id: role for role in custom}


def find_role(cloud: Cloud, definition_id: str) -> Role | None:
    """Return the role that a definition's id names, wherever the id says it is."""
    name = ResourceId.parse(definition_id).name.lower()
    if role := built_in_roles().get(name):
        return role
    found = (one for one in cloud.store.of_type(DEFINITIONS) if one.id.name.lower() == name)
    return next(map(custom_role, found), None)
