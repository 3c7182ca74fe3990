"""The app's identity with a custom role and nothing else, in an emulated Azure that enforces roles."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from local.emulator.arm.tokens import object_id_of
from local.emulator.arm.wire import stable_guid
from local.emulator.providers.entra.managed_identity import IDENTITY
from local.stack import ROOT
from tests.e2e.stack import Stack

AUTHORIZATION = "providers/Microsoft.Authorization"
API = "2022-04-01"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SENDER = "d5a91429-5739-47e2-a06b-3470a27159e7"
APP, OPERATOR = object_id_of(IDENTITY), object_id_of(stable_guid("operator"))
"""The principals: of the app, and of whom a story's own requests are."""


def actions_of(name: str = "role") -> tuple[str, ...]:
    """The actions of a role in infra/."""
    return tuple(one["action"] for one in _file(name))


def optional_actions() -> frozenset[str]:
    """Those without which the app does less, and says so."""
    return frozenset(one["action"] for one in _file("role") if one.get("optional"))


def _file(name: str) -> list[dict[str, Any]]:
    text = (ROOT / "infra" / f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["actions"]
    return found


class Roles:
    """Who may do what in the subscriptions of a stack. Whoever runs the stories owns them."""

    def __init__(self, up: Stack, subscriptions: Sequence[str] = ()) -> None:
        self._up = up
        self._subscriptions = tuple(subscriptions) or (up.subscription,)
        for one in self._subscriptions:
            self.assign(OWNER, OPERATOR, f"/subscriptions/{one}")
            self.allow(actions_of(), one)
            self.assign(_role(one), APP, f"/subscriptions/{one}")

    def enforce(self, word: str = "enforced") -> None:
        """Let roles count from now on."""
        settings = {"authorization": word}
        self._up.http.post(f"{self._up.arm}/_emulator/settings", json=settings).raise_for_status()

    def allow(self, actions: Iterable[str], *subscriptions: str) -> None:
        """Let the app's role in these subscriptions, in all if none is named, allow these actions and no others."""
        for one in subscriptions or self._subscriptions:
            scope = f"/subscriptions/{one}"
            properties = {
                "roleName": f"ASR autoprotect {one}",
                "type": "CustomRole",
                "permissions": [{"actions": list(actions), "notActions": [], "dataActions": [], "notDataActions": []}],
                "assignableScopes": [scope],
            }
            body = {"properties": properties}
            answer = self._up.call("PUT", f"{scope}/{AUTHORIZATION}/roleDefinitions/{_role(one)}", API, body)
            assert answer.is_success, answer.text

    def assign(self, role: str, principal: str, scope: str) -> None:
        """Give somebody a role at a scope."""
        name = uuid5(NAMESPACE_URL, f"{role} {principal} {scope}")
        definition = f"/subscriptions/{self._subscriptions[0]}/{AUTHORIZATION}/roleDefinitions/{role}"
        properties = {"roleDefinitionId": definition, "principalId": principal}
        path = f"{scope}/{AUTHORIZATION}/roleAssignments/{name}"
        answer = self._up.call("PUT", path, API, {"properties": properties})
        assert answer.is_success, answer.text

    @contextmanager
    def without(self, *actions: str, subscriptions: Sequence[str] = ()) -> Iterator[None]:
        """Take actions away, and give them back at the end."""
        taken = {one.lower() for one in actions}
        self.allow([one for one in actions_of() if one.lower() not in taken], *subscriptions)
        try:
            yield
        finally:
            self.allow(actions_of(), *subscriptions)

    def asked(self) -> list[dict[str, Any]]:
        """The actions that the app asked for since roles were enforced."""
        rows: list[dict[str, Any]] = self._up.http.get(f"{self._up.arm}/_emulator/authorizations").json()
        return [one for one in rows if one["client"] == IDENTITY]

    def used(self) -> frozenset[str]:
        """Those of them that it had, in lower case."""
        return frozenset(one["action"].lower() for one in self.asked() if one["allowed"])

    def refused(self) -> frozenset[str]:
        """Those of them that it had not, at least once."""
        return frozenset(one["action"].lower() for one in self.asked() if one["refused"])


def _role(subscription: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"autoprotect {subscription}"))
