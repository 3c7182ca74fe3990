"""The support matrix that is shipped with the app."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from asr.model.matrix import Disks, Document, Limits, Machines, Matrix, Regions


class _File(BaseModel):
    """The file as it is written: `asr/data/support-matrix.json`. A name that is misspelt would switch a rule off."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    about: str
    version: int = Field(ge=1)
    as_of: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    documents: tuple[Document, ...]
    limits: Limits
    disks: Disks
    machines: Machines
    regions: Regions


@cache
def read_matrix() -> Matrix:
    """The matrix, read and checked once.

    Raises:
        pydantic.ValidationError: the file is not of its form.
    """
    text = files("asr").joinpath("data/support-matrix.json").read_text(encoding="utf-8")
    file = _File.model_validate_json(text)
    return Matrix(**{name: getattr(file, name) for name in _File.model_fields})
