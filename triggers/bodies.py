"""Request bodies of the HTTP API, validated at the edge."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr.errors import BadRequest

MOST_VMS = 100
"""VMs that one request may name; more are sent in several requests, so that an answer never takes minutes."""


LONGEST_WAIT = 200.0
"""Seconds that an answer may wait: Azure's front end cuts HTTP functions off after 230."""


class StartRequest(BaseModel):
    """The body of POST /api/protections.

    `overrides` are named as the tags are, with or without the prefix. `wait` is how many seconds the answer may wait
    for outcomes.
    """

    model_config = ConfigDict(extra="forbid")

    vm_ids: list[str] = Field(alias="vmIds", min_length=1, max_length=MOST_VMS)
    profile: str | None = Field(default=None, min_length=1, max_length=256)
    overrides: dict[str, str] = Field(default_factory=dict)
    wait: float = Field(default=0, ge=0, le=LONGEST_WAIT)


def read_body[Body: BaseModel](type_: type[Body], body: bytes) -> Body:
    """The body as this type.

    Raises:
        BadRequest: it is not JSON, or a field is wrong; the first wrong field is named with its problem.
    """
    try:
        return type_.model_validate_json(body or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        more = f" ({error.error_count() - 1} more problems)" if error.error_count() > 1 else ""
        raise BadRequest(field, f"{first['msg']}{more}") from None
