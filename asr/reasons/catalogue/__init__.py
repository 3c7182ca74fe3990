"""Every reason code the product can give, as data: `reasons` turns an entry into a `Reason`, the docs list them all.

Codes that Azure gives itself (eligibility results, job errors) are passed on as they are and are not listed, save for
those that a rule of ours finds before Azure is asked.
"""

from collections.abc import Mapping

from asr.reasons.catalogue import (
    around,
    asked,
    disks,
    drift,
    drills,
    endings,
    existing,
    failover,
    machines,
    places,
    steps,
    waves,
)
from asr.reasons.known import Known

SECTIONS: Mapping[str, tuple[Known, ...]] = {
    "What is asked for": asked.TABLE,
    "Where to": places.TABLE,
    "What the VM is": machines.TABLE,
    "Its disks": disks.TABLE,
    "What stands around it": around.TABLE,
    "What exists already": existing.TABLE,
    "Where an item is not as it was asked for": drift.TABLE,
    "Failover": failover.TABLE,
    "Recovery plans": waves.TABLE,
    "Drills": drills.TABLE,
    "How a protection ends": endings.TABLE,
    "How a step ended": steps.TABLE,
}
"""By the headings under which the documentation shows them, in its order."""
