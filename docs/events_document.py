"""docs/events.md, from the models of the events' data."""

from typing import Any

from asr.model.announcement import EventSeverity, EventState, EventType
from asr.reporting.answers.events import EVENTS, EventData
from asr.reporting.events import PREFIX, SOURCE

_HEAD = f"""# Events

<!-- Written by `make docs`; change `asr/reporting/answers/events.py` instead. -->

With `ASR_EVENTS_ENDPOINT` the app publishes what happens to VMs to an Event Grid custom topic, as CloudEvents 1.0.
The topic's input schema is `CloudEventSchemaV1_0`; the app's identity needs the role EventGrid Data Sender on it.

```console
az eventgrid topic create --name <name> --resource-group <group> --location <region> --input-schema cloudeventschemav1_0
az role assignment create --role "EventGrid Data Sender" --assignee <principal id of the app> --scope <id of the topic>
```

| attribute | value |
| --- | --- |
| `type` | `{PREFIX}<name>`, see below |
| `subject` | the VM's resource id |
| `source` | `{SOURCE}` |
| `id` | the same whenever the same change is told again |
| `time` | when the run ended, or when Azure was read that shows the change |

What lasts is told when it begins (`state` `open`), again when its reasons change, and when it is over (`resolved`).
All events about one matter of one VM have the same `dedupKey`, and `resolved` has the `severity` of its `open`.
So a receiver that opens an incident for each new key of `open` events, and closes it at `resolved`, has the right ones,
whatever it filters by.
What merely happened is told as `resolved`: nothing is left to do.

Runs tell how they ended, at once. Sweeps tell what no run brought about: that a VM became protected, its health, its
drift. Events are delivered at least once, and not always in their order: `id` tells doubles, `time` the order of what
is told of one VM. So a VM is told to be protected only after the run that has enabled it has told so.
Runs that end while a request is under way are told in the next one: a hundred at once are a few requests.
An event that cannot be sent is kept in the store (`events/pending/`), and so are those after it.
Each sweep sends what waits, the oldest first; `GET /api/health` says how many wait, and why.
A run never fails because of an event.
With the first sweep, and with the first after the store was emptied, only what lasts is told.
"""


def document() -> str:
    """The text of docs/events.md."""
    common = EventData.model_json_schema(by_alias=True)
    parts = [_HEAD, "\n## Data\n\n", _table(common["properties"], common)]
    parts += [f"\n`state`: {_words(EventState)}. `severity`: {_words(EventSeverity)}.\n"]
    parts += [_section(type_) for type_ in EventType]
    return "".join(parts)


def _section(type_: EventType) -> str:
    about = EVENTS[type_]
    schema = about.data.model_json_schema(by_alias=True)
    own = {name: field for name, field in schema["properties"].items() if name not in _COMMON}
    more = f"\n{_table(own, schema)}" if own else ""
    return f"\n## {type_.value}\n\nOpens: {about.opens}\n\nResolves: {about.resolves}\n{more}"


_COMMON = EventData.model_json_schema(by_alias=True)["properties"].keys()


def _table(properties: dict[str, Any], schema: dict[str, Any]) -> str:
    rows = [
        f"| `{name}` | {_type(field, schema)} | {field.get('description', '')} |" for name, field in properties.items()
    ]
    return "\n".join(["| field of `data` | type | what |", "| --- | --- | --- |", *rows, ""])


def _type(field: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type(one, schema) for one in field["anyOf"])
    if "$ref" in field:
        found = schema["$defs"][field["$ref"].rpartition("/")[2]]
        if "enum" in found:
            return "text"
        return "object of " + ", ".join(f"`{name}`" for name in found["properties"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], schema)}"
    type_ = str(field.get("type", "any"))
    return {"string": "text", "integer": "number"}.get(type_, type_)


def _words(enum: type[EventState] | type[EventSeverity]) -> str:
    return ", ".join(f"`{one.value}`" for one in enum)
