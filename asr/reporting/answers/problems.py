"""What went wrong, as RFC 9457 has it."""

from typing import Annotated

from pydantic import ConfigDict, Field

from asr.reporting.answers.base import Answer


class Problem(Answer):
    """`code` is stable. Some problems carry more, such as `retryAfter`, `vmIds`, `candidates` or `diff`."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    title: str
    detail: Annotated[str, Field(description="What is wrong here, and how to mend it.")]
