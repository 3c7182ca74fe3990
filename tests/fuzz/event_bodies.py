"""Events as Event Grid delivers them, in both schemas, and such as it never would."""

from typing import Any

from hypothesis import strategies as st

from tests.e2e.stack import cloud_event, event
from tests.fuzz.mangling import odd_values

OPERATIONS = (
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Compute/virtualMachines/delete",
    "Microsoft.Resources/tags/write",
    "MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE",
    "Microsoft.Network/networkInterfaces/write",
)


def events(group: str) -> st.SearchStrategy[Any]:
    """One event about a machine of this group that is not there, with up to three fields of another kind."""
    names = st.sampled_from(["gone-0", "gone-0/extensions/agent", "", "é", "a" * 300, "..", "gone-0?x=1", "gone-0#"])
    whole = st.builds(_event, st.just(group), names, st.sampled_from(OPERATIONS), st.booleans())
    return st.one_of(
        st.builds(_mangled, whole, st.lists(st.tuples(st.integers(0, 40), odd_values()), max_size=3)), odd_values()
    )


def _event(group: str, name: str, operation: str, is_cloud: bool) -> dict[str, Any]:
    told = event(f"{group}/providers/Microsoft.Compute/virtualMachines/{name}", operation)
    return cloud_event(told) if is_cloud else told


def _mangled(told: dict[str, Any], changes: list[tuple[int, Any]]) -> dict[str, Any]:
    told = {**told, "data": dict(told["data"])}
    for place, value in changes:
        names = [*told, *(f"data.{name}" for name in told["data"])] if isinstance(told["data"], dict) else list(told)
        name = names[place % len(names)]
        if name.startswith("data."):
            told["data"][name[5:]] = value
        else:
            told[name] = value
    return told
