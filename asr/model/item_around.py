"""What stands around a protected item and is compared with what was asked for, too: policy, vault, recovery region."""

from dataclasses import dataclass

from asr.model.vault_facts import AgentUpdates, PolicyValues


@dataclass(frozen=True, slots=True)
class ItemAround:
    """What was read besides the item; None where it was not read, and so is not compared.

    `policy` is what the item's policy says, `mapped` are the pairs of networks that its vault maps, `updates` tells how
    the agents of the item's container are kept up to date. `sizes` are the names, in lower case, of the VM sizes that
    the recovery region offers; read only where another size is wanted. `at` is the time to which dates are compared.
    `alone`: policy and container mapping are in a vault of ours and serve only VMs of ours that ask for the same, so
    they may be changed for it.
    """

    policy: PolicyValues | None = None
    mapped: tuple[tuple[str, str], ...] | None = None
    updates: AgentUpdates | None = None
    sizes: frozenset[str] | None = None
    at: str | None = None
    alone: bool = False


NOTHING_READ = ItemAround()
