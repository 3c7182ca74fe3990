"""The app's HTTP API: requests that end in time whatever answers, and lists that are read page by page."""

import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from asr_cli.addresses import is_loopback
from asr_cli.bearer import Bearer
from asr_cli.exits import CliError, ExitCode
from asr_cli.problems import error_of, foreign
from asr_cli.sign_in import SignIn
from asr_cli.wire import ENCODED, Json, json_object, parameter, pause_of, user_name
from asr_cli.words import plain

_MOST_BYTES = 64 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_TRIES = 3
_AGAIN = {429, 503}
_SENT_AGAIN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: what the first page says besides (`total`, `asOf` ...), and all entries, read as they are
    wanted.
    """

    name: str
    head: Json
    entries: Iterator[Json]


class Api:
    """Speaks to one app. `seconds` is the longest that one answer may take."""

    def __init__(self, signed_in: SignIn, seconds: float) -> None:
        self.address = signed_in.url
        self._seconds = seconds
        host = urlsplit(signed_in.url).hostname or ""
        self._http = httpx.Client(
            headers={"x-functions-key": signed_in.key, "User-Agent": "asr", "Accept": "application/json"},
            auth=Bearer(signed_in.audience) if signed_in.audience else None,
            timeout=httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
            trust_env=not is_loopback(host),
            verify=True,
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Json:
        """The answer to a GET; a pause that the app asks for is kept, and a broken line is tried again.

        Raises:
            CliError: it is no success.
        """
        return self.ask("GET", path, query=query, repeat=True)

    def health(self) -> Json:
        """The app's health, which is told with 503 where it is bad.

        Raises:
            CliError: something else answers.
        """
        content, _ = self.raw("GET", "health", also={503})
        told = json_object(content)
        if told is None or "checks" not in told:
            raise foreign(self.address, "without the app's checks")
        return told

    def command(
        self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None
    ) -> Json:
        """A command. With its `requestId` it is the same one when it is sent again because the answer was lost.

        Raises:
            CliError: it is not accepted.
        """
        name = {"requestId": uuid.uuid4().hex, "requestedBy": user_name()}
        if method == "DELETE":
            return self.ask(method, path, query={**name, **(query or {})}, repeat=True)
        return self.ask(method, path, body={**name, **(body or {})}, query=query, repeat=True)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: Mapping[str, object] | None = None,
        repeat: bool = False,
    ) -> Json:
        """The answer as JSON.

        Raises:
            CliError: it is no success, or no JSON object.
        """
        content, kind = self.raw(method, path, body=body, query=query, repeat=repeat)
        told = json_object(content)
        if told is None:
            raise foreign(self.address, "a web page" if "html" in kind else "what is no JSON object")
        return told

    def raw(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: Mapping[str, object] | None = None,
        accept: str | None = None,
        repeat: bool = False,
        also: Collection[int] = (),
    ) -> tuple[bytes, str]:
        """The body of a successful answer, and its media type.

        Raises:
            CliError: it is no success.
        """
        deadline = time.monotonic() + self._seconds
        params = {name: parameter(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self.address}/api/{path}"
        headers = {"Accept": accept} if accept else {}
        request = self._http.build_request(method, url, params=params, json=body, headers=headers)
        for attempt in range(1, _TRIES + 1):
            last = attempt == _TRIES or not repeat
            try:
                answer = self._send(request, deadline)
            except _SENT_AGAIN as error:
                if last or time.monotonic() > deadline:
                    raise self._unreachable(error) from error
                time.sleep(0.2 * attempt)
                continue
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise self._unreachable(error) from error
            pause = pause_of(answer) if answer.status_code in _AGAIN and not last else None
            if pause is None or time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
        if not answer.is_success and answer.status_code not in also:
            raise error_of(answer, self.address)
        return answer.content, answer.headers.get("content-type", "").split(";")[0].strip().lower()

    def pages(self, path: str, name: str, query: Mapping[str, object] | None = None, page: int = 200) -> Listing:
        """A list with `total` and `continuation`: the first page now, each further one when its entries are wanted.

        Raises:
            CliError: the first page cannot be read. The entries raise it for theirs.
        """
        wanted = {"top": page, **(query or {})}
        first = self.get(path, wanted)
        head = {field: value for field, value in first.items() if field not in {name, "continuation"}}

        def entries() -> Iterator[Json]:
            told = first
            seen: set[str] = set()
            while True:
                yield from self._entries(told, name)
                further = told.get("continuation")
                if not isinstance(further, str) or further in seen:
                    return
                seen.add(further)
                told = self.get(path, {**wanted, "continuation": further})

        return Listing(name, head, entries())

    def _entries(self, told: Json, name: str) -> list[Json]:
        found = told.get(name)
        if not isinstance(found, list):
            raise foreign(self.address, f"without '{name}'")
        return [one for one in found if isinstance(one, dict)]

    def _send(self, request: httpx.Request, deadline: float) -> httpx.Response:
        """The answer, read as a whole; one that trickles is given up at the deadline."""
        answer = self._http.send(request, stream=True)
        try:
            read = bytearray()
            for part in answer.iter_bytes():
                read += part
                if len(read) > _MOST_BYTES:
                    raise CliError(f"{self.address} answers more than {_MOST_BYTES // 1024 // 1024} MB.")
                if time.monotonic() > deadline:
                    raise self._late()
        finally:
            answer.close()
        headers = [(name, value) for name, value in answer.headers.items() if name not in ENCODED]
        return httpx.Response(answer.status_code, headers=headers, content=bytes(read), request=request)

    def _late(self) -> CliError:
        sentence = f"{self.address} has not answered within {self._seconds:g} s."
        return CliError(sentence, ExitCode.TIMEOUT, "--timeout allows more")

    def _unreachable(self, error: Exception) -> CliError:
        match error:
            case httpx.ConnectTimeout():
                return CliError(f"{self.address} cannot be reached: no connection in time.", ExitCode.TIMEOUT)
            case httpx.TimeoutException():
                return self._late()
            case httpx.ConnectError() if "certificate" in str(error).lower():
                hint = "Its certificate is not trusted here; SSL_CERT_FILE names further authorities"
                return CliError(f"{self.address}: {plain(error)}", hint=hint)
            case httpx.ConnectError():
                return CliError(
                    f"{self.address} cannot be reached: {plain(error)}", hint="asr config shows the address"
                )
            case _:
                return CliError(f"{self.address} does not answer as a server does: {plain(error)}")
