"""How providers send requests of their own: what the cloud knows of `resource_manager`, which stands above it."""

from collections.abc import Mapping
from typing import Protocol

from local.emulator.arm.response import ArmResponse


class ResourceApi[C](Protocol):
    """What answers requests (`arm.resource_manager`), for providers that send some of their own."""

    def send(
        self, cloud: C, method: str, path: str, query: str, headers: Mapping[str, str], content: bytes, base: str
    ) -> ArmResponse:
        """Answer one request as if it had come from a client at `base`; raises ArmError when it is refused."""

    def show(self, cloud: C, path: str, headers: Mapping[str, str], api_version: str, base: str) -> object:
        """Return the body that a GET would have; None when nothing answers one."""

    def answers(self, method: str, path: str) -> bool:
        """Say whether there is a route."""

    def types(self) -> Mapping[str, set[str]]:
        """Return namespace -> resource types that can be written."""
