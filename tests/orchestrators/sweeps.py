"""The activities of a sweep, substituted."""

from typing import Any

from tests.orchestrators.hub import PACING

SWEEP = {"pacing": PACING, "requested_by": {"name": "schedule", "verified": True}}
COUNTS = {"machines": 2500, "fleet": 30, "vaults": 2, "problems": []}


class Steps:
    """The activities of a sweep over so many pages of machines and steps of vaults."""

    def __init__(self, pages: int = 1, vaults: int = 1, failing: str = "") -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._pages = pages
        self._vaults = vaults
        self._failing = failing

    def table(self) -> dict[str, Any]:
        """By name."""
        answers = {
            "keep_vm_states": lambda _: {},
            "read_machine_page": lambda asked: {"more": asked["page"] + 1 < self._pages},
            "read_vault_items": lambda asked: {"more": asked["step"] + 1 < self._vaults},
            "compare_page": lambda _: {"asked": 2},
            "finish_sweep": lambda _: {**COUNTS, "asked": 1},
        }
        return {name: self._body(name, answer) for name, answer in answers.items()}

    def _body(self, name: str, answer: Any) -> Any:
        def body(asked: dict[str, Any]) -> dict[str, Any]:
            self.calls.append((name, asked))
            if name == self._failing:
                return {"status": "failed", "reasons": [{"code": "StoreIsGone", "facts": {}, "azure": None}]}
            return {"status": "ready", **answer(asked)}

        return body
