"""The table of all checks."""

from collections.abc import Callable, Iterator
from functools import partial

from local.demo import story
from local.demo.checks import foundation, machines, refusals
from local.demo.checks.end_state import EndState
from local.demo.checks.verdict import Finding, Verdict
from local.demo.errors import Unanswered

type Check = Callable[[EndState], Verdict]

_FOUNDATION: tuple[tuple[str, Check], ...] = (
    (f"resource group {story.GROUP}-asr", foundation.recovery_group),
    (f"vault {story.VAULT}", foundation.vault),
    ("the vault's resource group", foundation.vault_group),
    ("fabrics", foundation.fabrics),
    ("protection containers", foundation.containers),
    (f"policy {story.POLICY}", foundation.policy),
    ("container mappings", foundation.container_mappings),
    (f"virtual network {story.NETWORK}-asr", foundation.network),
    ("network mappings", foundation.network_mappings),
    (f"availability set {story.AVAILABILITY_SET}-asr", foundation.availability_set),
    ("cache storage account", foundation.cache_account),
)

_MACHINE = (
    ("protected item", machines.protected_once),
    ("disks", machines.every_disk),
    ("disk SKUs", machines.disk_skus),
    ("subnet", machines.subnet),
    ("availability set", machines.availability_set),
    ("resource group", machines.recovery_group),
)

_REFUSAL = (
    ("protected items", refusals.no_item),
    ("refusal in its status", refusals.in_status),
    ("refusal in its history", refusals.in_history),
)


def check_story(azure: EndState) -> Iterator[Finding]:
    """Judge the whole end state of the story, check by check.

    A check that cannot find what it looks for is wrong, and says what is missing; it raises nothing.
    """
    for claim, check in _checks():
        verdict = _judged(check, azure)
        yield Finding(claim, verdict.ok, verdict.found)


def _checks() -> Iterator[tuple[str, Check]]:
    yield from _FOUNDATION
    for role in story.PROTECTED:
        for claim, machine_check in _MACHINE:
            yield f"{role.name} {claim}", partial(machine_check, role=role)
    for role, refusal in story.REFUSED:
        for claim, refusal_check in _REFUSAL:
            yield f"{role.name} {claim}", partial(refusal_check, role=role, refusal=refusal)


def _judged(check: Check, azure: EndState) -> Verdict:
    try:
        return check(azure)
    except Unanswered as error:
        return Verdict(ok=False, found=str(error))
    except (LookupError, TypeError, ValueError) as error:
        return Verdict(ok=False, found=f"missing in what Azure answered: {error}")
