"""What host and worker say to each other: length-prefixed JSON frames over a private socket."""

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

HEADER = struct.Struct(">I")
# A frame holds one payload; Durable Functions itself stops far below this.
LARGEST_FRAME = 1 << 30


@dataclass(frozen=True, slots=True)
class Datum:
    """One typed value of a binding, as the worker library knows them.

    Attributes:
        kind: `string`, `json`, `bytes`, `int`, `double` or `http`.
        value: text; base64 text for `bytes`; for `http` a dict (see `local.host.worker.protos`).
    """

    kind: str
    value: Any

    @classmethod
    def of_bytes(cls, content: bytes) -> "Datum":
        """A datum of raw bytes."""
        return cls("bytes", base64.b64encode(content).decode("ascii"))

    def content(self) -> bytes:
        """The value as the bytes of an HTTP body."""
        if self.kind == "bytes":
            return base64.b64decode(self.value)
        return str(self.value).encode()


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in user code: `Type: message`, and the stack for logs and durable history."""

    message: str
    stack_trace: str = ""


@dataclass(frozen=True, slots=True)
class Indexed:
    """The worker's first word: the functions it found, each `{"id", "name", "bindings": [...]}`."""

    functions: list[dict]


@dataclass(frozen=True, slots=True)
class IndexingFailed:
    """The worker's first word when the app could not be loaded."""

    reason: str
    stack_trace: str


@dataclass(frozen=True, slots=True)
class Invoke:
    """Execute one function.

    Attributes:
        inputs: parameter name to value.
        trace: the W3C `traceparent` of the call.
    """

    invocation_id: str
    function_id: str
    inputs: dict[str, Datum]
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to: a failure, or the returned value and the named outputs."""

    invocation_id: str
    returned: Datum | None = None
    outputs: dict[str, Datum] = field(default_factory=dict)
    failure: Failure | None = None


type Message = Indexed | IndexingFailed | Invoke | Outcome


def _datum(raw: dict | None) -> Datum | None:
    return None if raw is None else Datum(**raw)


def _data(raw: dict) -> dict[str, Datum]:
    return {name: Datum(**value) for name, value in raw.items()}


def _invoke(raw: dict) -> Invoke:
    return Invoke(**{**raw, "inputs": _data(raw["inputs"])})


def _outcome(raw: dict) -> Outcome:
    failure = Failure(**raw["failure"]) if raw["failure"] else None
    return Outcome(raw["invocation_id"], _datum(raw["returned"]), _data(raw["outputs"]), failure)


_READERS: dict[str, Callable[[dict], Message]] = {
    "Indexed": lambda raw: Indexed(**raw),
    "IndexingFailed": lambda raw: IndexingFailed(**raw),
    "Invoke": _invoke,
    "Outcome": _outcome,
}


def pack(message: Message) -> bytes:
    """A message as one frame.

    Raises:
        TypeError: it holds what is no JSON.
        ValueError: it is larger than `LARGEST_FRAME`.
    """
    content = json.dumps({"type": type(message).__name__, "content": asdict(message)}).encode()
    if len(content) > LARGEST_FRAME:
        raise ValueError(f"a message of {len(content)} bytes is too large; {LARGEST_FRAME} are possible")
    return HEADER.pack(len(content)) + content


def unpack(content: bytes) -> Message:
    """The message in a frame's content (without its header)."""
    raw = json.loads(content)
    return _READERS[raw["type"]](raw["content"])
