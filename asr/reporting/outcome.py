"""An outcome as HTTP shows it. Pure."""

from collections.abc import Mapping
from typing import Any


def outcome_of(recorded: object) -> dict[str, Any] | None:
    """The outcome that was recorded, by the names that the API uses.

    None when none was recorded: of a run that was terminated the task hub keeps the reason for it in the same place.
    """
    if not isinstance(recorded, Mapping):
        return None
    return {("itemId" if name == "item_id" else name): value for name, value in recorded.items()}
