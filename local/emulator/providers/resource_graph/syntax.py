"""What a query says, as a tree: expressions over a row, and the operators between the pipes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean, null or timespan (in seconds)."""

    value: object


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name; `$left` and `$right` are columns in the conditions of a join."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`, `base['name']` and `base[0]`."""

    base: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them, lower-cased."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Among:
    """`value in (options)`, and its variants `in~`, `!in`, `!in~`."""

    operator: str
    value: "Expression"
    options: tuple["Expression", ...]


type Expression = Literal | Column | Member | Call | Binary | Among


@dataclass(frozen=True, slots=True)
class Named:
    """An expression and the column it becomes; an empty name is derived from the expression."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Key:
    """What to sort by."""

    expression: Expression
    ascending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Where:
    """Keep the rows for which the predicate is true."""

    predicate: Expression


@dataclass(frozen=True, slots=True)
class Project:
    """Keep these columns only, in this order."""

    columns: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ProjectAway:
    """Leave these columns out."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectRename:
    """Rename columns: new name and old name."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Extend:
    """Add or replace columns."""

    columns: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Join with another query's rows where all pairs of expressions (left, right) are equal."""

    kind: str
    right: "Query"
    on: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Union:
    """Append the rows of other queries."""

    queries: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Summarize:
    """One row per group of equal `by`, with aggregates over the group."""

    aggregates: tuple[Named, ...]
    by: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """One row per combination of these columns."""

    columns: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Sort."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """Keep the first rows only."""

    count: int


@dataclass(frozen=True, slots=True)
class Count:
    """Replace the rows by their number, in the column `Count`."""


@dataclass(frozen=True, slots=True)
class Expand:
    """One row per element of a list (`mv-expand`)."""

    column: Named


type Stage = (
    Where
    | Project
    | ProjectAway
    | ProjectRename
    | Extend
    | Join
    | Union
    | Summarize
    | Distinct
    | Order
    | Take
    | Count
    | Expand
)


@dataclass(frozen=True, slots=True)
class Query:
    """A table and what is done to its rows, in order."""

    table: str
    stages: tuple[Stage, ...] = field(default=())
