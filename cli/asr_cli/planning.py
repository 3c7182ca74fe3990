"""Asks the app for plans: of a selection, in requests of a hundred machines."""

from dataclasses import dataclass

from asr_cli.api import Api
from asr_cli.exits import CliError, ExitCode
from asr_cli.machines import Selection
from asr_cli.wire import Json


@dataclass(frozen=True, slots=True)
class Planned:
    """What was planned: the API's answer, and the requests that do it, each bound to what was planned."""

    answer: Json
    requests: tuple[Json, ...]

    @property
    def plans(self) -> list[Json]:
        """The machines' plans."""
        return [one for one in self.answer.get("plans") or () if isinstance(one, dict)]

    @property
    def refused(self) -> list[Json]:
        """The machines that have reasons against them."""
        return [plan for plan in self.plans if plan.get("reasons")]


def plan_selection(api: Api, selection: Selection, choices: Json, operation: str = "protect") -> Planned:
    """The plan of all these machines.

    Raises:
        CliError: the app does not plan it.
    """
    answers: list[Json] = []
    requests: list[Json] = []

    def plan(body: Json) -> Json:
        return api.ask("POST", "plans", body={**body, **choices, "operation": operation}, repeat=True)

    for answer in selection.each(api, plan):
        answers.append(answer)
        ids = [str(plan.get("vmId")) for plan in answer.get("plans") or ()]
        requests.append({"vmIds": ids, **choices, "planHash": answer.get("hash")})
    if not answers:
        raise CliError(f"There are no machines: {selection.words}.", ExitCode.FAILED)
    return Planned(_joined(answers), tuple(requests))


def read_choices(settings: list[str] | None, profile: str | None) -> Json:
    """`--set NAME=VALUE` and `--with-profile` as the API takes them.

    Raises:
        CliError: one has no value.
    """
    overrides: Json = {}
    for setting in settings or ():
        name, sign, value = setting.partition("=")
        if not sign or not name:
            raise CliError(f"'{setting}' is no NAME=VALUE.", ExitCode.USAGE, "Such as --set recovery-region=westeurope")
        overrides[name.strip()] = value.strip()
    return {**({"profile": profile} if profile else {}), **({"overrides": overrides} if overrides else {})}


def _joined(answers: list[Json]) -> Json:
    """One answer for several: their plans, and a line of sums for each. Only a single one has a hash."""
    if len(answers) == 1:
        return answers[0]
    plans = [plan for answer in answers for plan in answer.get("plans") or ()]
    writes = sum(int(answer.get("armWrites") or 0) for answer in answers)
    sums = "\n".join(str(answer.get("summary")) for answer in answers)
    return {**answers[0], "hash": None, "armWrites": writes, "summary": sums, "plans": plans}
