"""The app under demonstration, over its HTTP API."""

from typing import Self

import httpx

from local.demo.http import TIMEOUT_SECONDS, Json, ask


class App:
    """Reads what the app tells about a virtual machine.

    Args:
        url: where the Functions host answers.
        key: a key that is valid on every function.
    """

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"x-functions-key": key}, timeout=TIMEOUT_SECONDS)
        self.looks = 0
        """How many statuses were asked for; each makes the app read Azure."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def status(self, vm_id: str) -> Json:
        """Decision, protected item, active run and last outcome of one machine.

        Raises:
            Unanswered: the app answered an error, or nothing.
        """
        self.looks += 1
        status: Json = ask(self._client, "GET", "/api/protections", {"vmId": vm_id})
        return status

    def history(self, vm_id: str) -> tuple[Json, ...]:
        """The runs of one machine, newest first, each with its steps.

        Raises:
            Unanswered: the app answered an error, or nothing.
        """
        answer: Json = ask(self._client, "GET", "/api/protections/history", {"vmId": vm_id})
        return tuple(answer["runs"])
