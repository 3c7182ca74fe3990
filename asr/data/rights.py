"""What the app's identity may do in Azure, by action: the one table behind `infra/role.json`, health and docs."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Purpose = Literal["run", "enabling", "before", "end", "clean-up", "failover"]


class Right(BaseModel):
    """An action that the app needs, and why.

    Attributes:
        action: as role definitions spell it, without wildcards.
        purpose: what of the app needs it.
        why: one sentence.
        optional: without it the app does less, says so, and does everything that does not need it.
        reads: it belongs to the role of an identity that only reads: plans, the fleet, and why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str = Field(pattern=r"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/(read|write|delete|action)$")
    purpose: Purpose = Field(alias="for")
    why: str
    optional: bool = False
    reads: bool = False


class _Table(BaseModel):
    """The file as it is written: `asr/data/rights.json`."""

    model_config = ConfigDict(extra="forbid")

    about: str
    rights: tuple[Right, ...]


@cache
def read_rights() -> tuple[Right, ...]:
    """Every right, in the order of the table; read and checked once.

    Raises:
        pydantic.ValidationError: the file is not of its form.
    """
    text = files("asr").joinpath("data/rights.json").read_text(encoding="utf-8")
    return _Table.model_validate_json(text).rights
