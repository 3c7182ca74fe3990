"""Calling the hub's gRPC methods inside the process that holds it."""

from typing import Never

import grpc  # type: ignore[import-untyped,unused-ignore]


class HubRefusal(Exception):
    """The hub aborted a call.

    Attributes:
        code: the gRPC status, such as NOT_FOUND or FAILED_PRECONDITION.
        detail: the hub's sentence.
    """

    def __init__(self, code: grpc.StatusCode, detail: str) -> None:
        """Keep the status and the sentence."""
        super().__init__(f"{code.name}: {detail}")
        self.code = code
        self.detail = detail


class LocalCall:
    """The part of a gRPC servicer context that the hub uses, for calls that never cross a wire.

    Work items and completions are the host's hot path: skipping the socket halves what a durable step costs here.
    """

    def __init__(self) -> None:
        """A call that is active until `cancel`."""
        self._active = True

    def is_active(self) -> bool:
        """Whether a stream should go on yielding."""
        return self._active

    def cancel(self) -> None:
        """End a stream at its next look."""
        self._active = False

    def time_remaining(self) -> float | None:
        """Local calls carry no deadline."""
        return None

    def abort(self, code: grpc.StatusCode, detail: str) -> Never:
        """Refuse the call.

        Raises:
            HubRefusal: always.
        """
        raise HubRefusal(code, detail)
