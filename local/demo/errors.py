"""Why a demo ends early.

DemoError
├── NotStarted      emulator and host did not come up, or one of them ended
├── Unanswered      ARM or the app answered an error where the story needs an answer
│   └── NotFound    404: there is no such resource
└── Stuck           time is up and some machines have not come to rest

Interrupted         somebody asked for the end: nothing failed, so it is none of them
"""


class DemoError(Exception):
    """The demo cannot go on; its text is the reason, for people."""


class NotStarted(DemoError):
    """Emulator and host did not come up, or one of them ended."""


class Unanswered(DemoError):
    """ARM or the app answered an error, or not at all.

    Attributes:
        asked: method and path of the request.
        answer: the status and the beginning of the body, or what broke the connection.
    """

    def __init__(self, asked: str, answer: str) -> None:
        super().__init__(f"{asked}: {answer}")
        self.asked = asked
        self.answer = answer


class NotFound(Unanswered):
    """404: there is no such resource."""


class Stuck(DemoError):
    """Time is up.

    Attributes:
        where: one sentence for each machine that has not come to rest.
    """

    def __init__(self, seconds: float, where: tuple[str, ...]) -> None:
        super().__init__("\n".join((f"not done after {seconds:.0f} s:", *(f"  {sentence}" for sentence in where))))
        self.where = where


class Interrupted(Exception):
    """A signal asked for the end."""
