"""What belongs to a burst's machines, their interfaces and disks, from Resource Graph: one query for many machines.

Resource Graph lags behind, so this is for lenient gatherings alone (see `asr.gateway.memory`), and an answer counts
only where it is about the machine that asks. What Resource Graph does not know, or not yet, is read where it lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from asr.data.matrix import read_matrix
from asr.errors import Rejected, TransientFault
from asr.gateway.batches import Batch
from asr.gateway.document import Json, text
from asr.gateway.graph import query
from asr.gateway.session import Azure
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vm_facts import VirtualMachine

WINDOW_SECONDS = 0.1
"""How long a first question waits for others."""

PAUSE_SECONDS = 0.6
"""The least time between two queries: of the three a second that Azure allows some are left for sweeps."""

MOST_ASKED = 250
"""Ids and names in one query: some 40 KB of text, and never more than one page of rows."""

ATTACHED = """
resources
| where type in~ ('microsoft.network/networkinterfaces', 'microsoft.compute/disks')
| where id in~ ({ids}) or name in~ ({names})
| project id, machine = tostring(coalesce(properties.virtualMachine.id, managedBy)), primary = properties.primary,
    securityGroup = tostring(properties.networkSecurityGroup.id), ipConfigurations = properties.ipConfigurations,
    maxShares = toint(properties.maxShares), encryptionSet = tostring(properties.encryption.diskEncryptionSetId),
    guestEncrypted = tobool(properties.encryptionSettingsCollection.enabled)
| order by id asc
"""

type _Asked = tuple[str, str]
"""`id` or `name`, and which."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What Resource Graph knows of a machine's interfaces and disks, each as its own document tells it, as far as the
    document is looked at here.

    `own` are those that it knows to be attached to the machine, by the compared form of their ids. `replicas` are the
    ids of disks, wherever they are, that are named as replicas of the machine's would be.
    """

    own: Mapping[str, Json]
    replicas: tuple[str, ...]


_batches: WeakKeyDictionary[Azure, Batch[_Asked, Json]] = WeakKeyDictionary()


async def find_attached(azure: Azure, vm: VirtualMachine) -> Attached | None:
    """What belongs to the machine; None: the gathering is not lenient, or Resource Graph does not answer.

    Who gets an answer leans on it.
    """
    if not azure.memory.lenient:
        return None
    found: Attached | None = await azure.memory.recall(("attached", key(vm.id)), 0, partial(_attached, azure, vm))
    if found is not None:
        azure.memory.lean()
    return found


async def _attached(azure: Azure, vm: VirtualMachine) -> Attached | None:
    suffix = read_matrix().disks.replica_suffix
    own = {key(id_): id_ for id_ in (*vm.interface_ids, *(disk.id for disk in vm.managed_disks))}
    replicas = {f"{parse(disk.id).name}{suffix}".lower() for disk in vm.managed_disks}
    asked = [*(("id", id_) for id_ in own.values()), *(("name", name) for name in replicas)]
    try:
        known = await _batch(azure).ask(one for one in asked if "'" not in one[1] and "\\" not in one[1])
    except (Rejected, TransientFault):
        return None
    return Attached(
        {place: known[place] for place in own if place in known and same(text(known[place], "machine"), vm.id)},
        tuple(text(body, "id") for place, body in known.items() if place.rpartition("/")[2] in replicas),
    )


def _batch(azure: Azure) -> Batch[_Asked, Json]:
    batch = _batches.get(azure)
    if batch is None:
        reading = partial(_read, azure)
        batch = Batch(reading, window=WINDOW_SECONDS, pause=PAUSE_SECONDS, most=MOST_ASKED)
        _batches[azure] = batch
    return batch


async def _read(azure: Azure, asked: frozenset[_Asked]) -> Mapping[str, Json]:
    """Also of the subscriptions that the app may write to: replicas are there."""
    ids, names = ([value for kind, value in sorted(asked) if kind == wanted] for wanted in ("id", "name"))
    subscriptions = {subscription_of(id_) for id_ in (*ids, *azure.settings.targets)}
    rows, _ = await query(azure, sorted(subscriptions), ATTACHED.format(ids=_quoted(ids), names=_quoted(names)))
    return {key(text(row, "id")): _document(row) for row in rows}


def _quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "''"


def _document(row: Json) -> Json:
    about = {name: row[name] for name in ("primary", "ipConfigurations", "maxShares") if row.get(name) is not None}
    return {
        "id": row["id"],
        "machine": row.get("machine"),
        "properties": {
            **about,
            "networkSecurityGroup": {"id": row.get("securityGroup")},
            "encryption": {"diskEncryptionSetId": row.get("encryptionSet")},
            "encryptionSettingsCollection": {"enabled": row.get("guestEncrypted")},
        },
    }
