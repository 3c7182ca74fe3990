"""The price table that is shipped with the app."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from asr.planning.plan_cost import Prices, Rate


class _Table(BaseModel):
    """The file as it is written: `asr/data/prices.json`."""

    model_config = ConfigDict(extra="forbid")

    about: str
    currency: str
    prices_as_of: str = Field(alias="pricesAsOf", pattern=r"^\d{4}-\d\d-\d\d$")
    region: str
    rates: list[Rate]
    churn_per_day: float = Field(alias="assumedChurnPerDay", gt=0, lt=1)
    disk_gib: int = Field(alias="assumedDiskGib", gt=0)


@cache
def read_prices() -> Prices:
    """The prices, read once.

    Raises:
        pydantic.ValidationError: the file is not of its form.
    """
    text = files("asr").joinpath("data/prices.json").read_text(encoding="utf-8")
    table = _Table.model_validate_json(text)
    rates = {rate.name: rate for rate in table.rates}
    return Prices(table.currency, table.prices_as_of, rates, table.churn_per_day, table.disk_gib)
