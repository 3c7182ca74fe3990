"""The choices of a request: checked before anything is started, so that a mistake leaves no trace."""

from asr.choices.tags import Asked
from asr.choices.values import written
from asr.errors import BadRequest
from asr.model.run import Choices
from asr.planning.asked import choice_problems
from asr.reasons.render import render
from asr.settings import Settings
from triggers.http.models import ChoicesRequest


def read_choices(settings: Settings, body: ChoicesRequest) -> Choices:
    """The choices, each as its tag would say it.

    Raises:
        BadRequest: the profile or a choice is unknown, or a value is malformed; the first mistake is named, with its
            reason's code, and how many there are.
    """
    if body.profile is not None and body.profile.strip().lower() == "false":
        raise BadRequest("profile", "'false' asks for nothing; name a profile, or leave it out")
    asked = Asked(body.profile, body.overrides)
    problems = list(choice_problems(asked, settings.tag_prefix, settings.profiles, settings.targets))
    if problems:
        field, reason = problems[0]
        words = render(reason, settings.tag_prefix)
        others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadRequest(field, f"{words['sentence']}{others} {words['fix']}", code=reason.code)
    return Choices(body.profile, {name: written(value) for name, value in body.overrides.items()})
