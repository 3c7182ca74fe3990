"""From text to a query: the table, and one reader per operator between the pipes."""

from collections.abc import Callable, Mapping

from local.emulator.providers.resource_graph.expressions import Reader
from local.emulator.providers.resource_graph.refusals import unsupported_operator
from local.emulator.providers.resource_graph.syntax import (
    Binary,
    Column,
    Count,
    Distinct,
    Expand,
    Expression,
    Extend,
    Join,
    Key,
    Literal,
    Member,
    Named,
    Order,
    Project,
    ProjectAway,
    ProjectRename,
    Query,
    Stage,
    Summarize,
    Take,
    Union,
    Where,
)
from local.emulator.providers.resource_graph.tokens import Kind

type Pair = tuple[Expression, Expression]

DEFAULT_TABLE = "resources"
JOIN_KINDS = ("innerunique", "inner", "leftouter", "fullouter")


def read_query(text: str) -> Query:
    """Read a whole query.

    Raises:
        QueryError: the text breaks the grammar or uses an operator that Resource Graph does not take.
    """
    reader = Reader(text)
    query = _query(reader)
    reader.skip(";")
    if reader.token.kind is not Kind.END:
        raise reader.refusal()
    return query


def _query(reader: Reader) -> Query:
    """Read a table and its operators; a query may begin with an operator, over the table of resources."""
    begins = reader.at(*_STAGES)
    table = DEFAULT_TABLE if begins else reader.name()
    stages = list(_stage(reader) if begins else ())
    while reader.skip("|"):
        stages.extend(_stage(reader))
    return Query(table, tuple(stages))


def _stage(reader: Reader) -> tuple[Stage, ...]:
    if reader.token.kind is not Kind.WORD:
        raise reader.refusal()
    name = reader.token.text
    if name.lower() not in _STAGES:
        raise unsupported_operator(name)
    reader.take()
    return _STAGES[name.lower()](reader)


def _named(reader: Reader) -> Named:
    if reader.token.kind is Kind.WORD and reader.follows("="):
        name = reader.name()
        reader.expect("=")
        return Named(name, reader.expression())
    return Named("", reader.expression())


def _columns(reader: Reader) -> tuple[Named, ...]:
    return reader.several(lambda: _named(reader))


def _names(reader: Reader) -> tuple[str, ...]:
    return reader.several(reader.name)


def _renamed(reader: Reader) -> tuple[str, str]:
    new = reader.name()
    reader.expect("=")
    return new, reader.name()


def _key(reader: Reader) -> Key:
    expression = reader.expression()
    ascending = reader.at("asc")
    reader.skip("asc", "desc")
    nulls_first = ascending
    if reader.skip("nulls"):
        nulls_first = reader.at("first")
        if not reader.skip("first", "last"):
            raise reader.refusal("first")
    return Key(expression, ascending, nulls_first)


def _number(reader: Reader) -> int:
    if reader.token.kind is not Kind.NUMBER:
        raise reader.refusal()
    return int(float(reader.take().text))


def _where(reader: Reader) -> tuple[Stage, ...]:
    return (Where(reader.expression()),)


def _order(reader: Reader) -> tuple[Stage, ...]:
    reader.expect("by")
    return (Order(reader.several(lambda: _key(reader))),)


def _top(reader: Reader) -> tuple[Stage, ...]:
    count = _number(reader)
    return (*_order(reader), Take(count))


def _summarize(reader: Reader) -> tuple[Stage, ...]:
    aggregates = () if reader.at("by") else _columns(reader)
    return (Summarize(aggregates, _columns(reader) if reader.skip("by") else ()),)


def _distinct(reader: Reader) -> tuple[Stage, ...]:
    if reader.skip("*"):
        return (Distinct(()),)
    return (Distinct(_columns(reader)),)


def _nested(reader: Reader) -> Query:
    reader.expect("(")
    query = _query(reader)
    reader.expect(")")
    return query


def _join(reader: Reader) -> tuple[Stage, ...]:
    kind = JOIN_KINDS[0]
    if reader.skip("kind"):
        reader.expect("=")
        if not reader.at(*JOIN_KINDS):
            raise reader.refusal()
        kind = reader.name().lower()
    right = _nested(reader)
    reader.expect("on")
    pairs: list[Pair] = []
    for conditions in reader.several(lambda: _pairs(reader.expression())):
        pairs.extend(conditions)
    return (Join(kind, right, tuple(pairs)),)


def _pairs(condition: Expression) -> tuple[Pair, ...]:
    """Return the pairs of a join's condition: columns of both sides, or `$left.a == $right.b` either way round."""
    match condition:
        case Column(_):
            return ((condition, condition),)
        case Binary("and", one, other):
            return (*_pairs(one), *_pairs(other))
        case Binary("==", Member(Column("$left"), Literal(left)), Member(Column("$right"), Literal(right))):
            return ((Column(str(left)), Column(str(right))),)
        case Binary("==", Member(Column("$right"), Literal(right)), Member(Column("$left"), Literal(left))):
            return ((Column(str(left)), Column(str(right))),)
    raise unsupported_operator("join")


def _union(reader: Reader) -> tuple[Stage, ...]:
    return (Union(reader.several(lambda: _nested(reader) if reader.at("(") else Query(reader.name()))),)


_STAGES: Mapping[str, Callable[[Reader], tuple[Stage, ...]]] = {
    "where": _where,
    "filter": _where,
    "project": lambda reader: (Project(_columns(reader)),),
    "project-away": lambda reader: (ProjectAway(_names(reader)),),
    "project-rename": lambda reader: (ProjectRename(reader.several(lambda: _renamed(reader))),),
    "extend": lambda reader: (Extend(_columns(reader)),),
    "join": _join,
    "union": _union,
    "summarize": _summarize,
    "distinct": _distinct,
    "order": _order,
    "sort": _order,
    "top": _top,
    "take": lambda reader: (Take(_number(reader)),),
    "limit": lambda reader: (Take(_number(reader)),),
    "count": lambda _: (Count(),),
    "mv-expand": lambda reader: (Expand(_named(reader)),),
}
