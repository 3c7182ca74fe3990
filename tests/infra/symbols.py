"""What a compiler would say of names: what is declared, used, given to modules and taken from them."""

from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from tests.infra.bicep import Program, declarations, parsed

FUNCTIONS = frozenset(
    """
    array bool concat contains empty environment extensionResourceId filter format guid int items join last length
    loadJsonContent loadTextContent managementGroup map readEnvironmentVariable replace resourceGroup resourceId split
    startsWith string subscription subscriptionResourceId take tenant toLower union uniqueString
    """.split()  # noqa: SIM905 - a list would take a screen
)
"""Bicep's own functions, as far as the templates call them."""

_DECLARED = ("parameter", "variable", "resource", "module")


def problems(path: Path) -> Iterator[str]:
    """Names that nobody declared or nobody uses, functions that do not exist, modules that are called wrongly."""
    names = {one.name for kind in _DECLARED for one in declarations(path, kind)}
    used = set(_used(parsed(path), frozenset()))
    for name in sorted(used - names):
        yield f"{path.name}: {name} is not declared"
    # A resource need not be named by anything else, nor a module.
    idle = {one.name for kind in ("parameter", "variable") for one in declarations(path, kind)} - used
    yield from (f"{path.name}: {name} is declared and not used" for name in sorted(idle))
    yield from (f"{path.name}: there is no function {name}" for name in sorted(_called(parsed(path)) - FUNCTIONS))
    yield from _module_problems(path)


def _module_problems(path: Path) -> Iterator[str]:
    outputs = {}
    for one, body in Program(path).modules():
        inner = (path.parent / one.label).resolve()
        if not inner.is_file():
            yield f"{path.name}: there is no module {one.label}"
            continue
        outputs[one.name] = {two.name for two in declarations(inner, "output")}
        wanted = {two.name: two.value is None for two in declarations(inner, "parameter")}
        given = set(body.get("params", {}))
        yield from (f"{path.name}: {one.label} takes no {name}" for name in sorted(given - wanted.keys()))
        missing = {name for name, needed in wanted.items() if needed} - given
        yield from (f"{path.name}: {one.label} needs {name}" for name in sorted(missing))
        if "name" not in body:
            yield f"{path.name}: {one.name} has no name"
    for module, output in _outputs(parsed(path)):
        if output not in outputs.get(module, ()):
            yield f"{path.name}: {module} has no output {output}"


def _text(node: Node | None) -> str:
    return ((node.text if node else None) or b"").decode()


def _used(node: Node, bound: frozenset[str]) -> Iterator[str]:
    """The names that are looked up; not keys, functions, properties, nor what a loop or lambda names itself."""
    children = node.named_children
    match node.type:
        case "identifier":
            if _text(node) not in bound:
                yield _text(node)
            return
        case "decorators" | "type" | "using_statement" | "target_scope_assignment":
            return
        case "object_property":
            children = children[1:] if children[0].type == "identifier" else children
        case "call_expression":
            children = children[1:]
        case "parameter_declaration" | "variable_declaration" | "output_declaration":
            children = children[1:]
        case "resource_declaration" | "module_declaration":
            children = children[1:]
        case "for_statement":
            bound |= {_text(one) for one in (children[0].named_children or [children[0]])}
            children = children[1:]
        case "lambda_expression":
            bound |= {_text(one) for one in children[:-1]}
            children = children[-1:]
    for child in children:
        yield from _used(child, bound)


def _called(node: Node) -> set[str]:
    if node.type == "decorators":
        return set()
    own = {_text(node.named_children[0])} if node.type == "call_expression" else set()
    return own.union(*(_called(child) for child in node.named_children))


def _outputs(node: Node) -> Iterator[tuple[str, str]]:
    """Every `module.outputs.name`, the module's loop index left out."""
    if node.type == "member_expression":
        inner = node.named_children[0]
        if inner.type == "member_expression" and _text(inner.named_children[-1]) == "outputs":
            yield _text(inner.named_children[0]).partition("[")[0], _text(node.named_children[-1])
    for child in node.named_children:
        yield from _outputs(child)
