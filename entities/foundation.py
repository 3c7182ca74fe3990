"""One entity per foundation: the lock under which it is built, and the memory of what it holds."""

from azure.durable_functions import Blueprint
from durabletask.entities import DurableEntity

bp = Blueprint()


class Foundation(DurableEntity):
    """`Foundation@<key of its vault>`. Operations: recall, remember, forget.

    The memory is a cache of Azure: an entry counts while it is younger than the caller's limit, and is asked of Azure
    again after that. Times are ISO 8601 in UTC and compare as text.
    """

    def recall(self, question: dict) -> dict:
        """Of `question["keys"]`, those remembered since `question["since"]`: key to Azure id."""
        memory = self._memory()
        since = question["since"]
        return {key: memory[key]["id"] for key in question["keys"] if key in memory and memory[key]["at"] >= since}

    def remember(self, entries: dict) -> None:
        """Keep `{key: {"id", "how", "at"}}`."""
        self.set_state({**self._memory(), **entries})

    def forget(self, doubt: dict) -> None:
        """Something remembered may be wrong: those of `doubt["keys"]` kept before `doubt["before"]` are asked again.

        Younger entries were asked of Azure a moment ago: many VMs that fail at once make it one reading, not one each.
        """
        keys, before = doubt["keys"], doubt["before"]
        memory = self._memory().items()
        self.set_state({key: entry for key, entry in memory if key not in keys or entry["at"] >= before})

    def _memory(self) -> dict:
        return self.get_state(dict) or {}


bp.entity_trigger(context_name="context", entity_name="Foundation")(Foundation)
