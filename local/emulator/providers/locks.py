"""Management locks: what nobody may change or delete until the lock is gone.

A lock is a resource on the scope that it protects, and protects everything below as well. Source: `ManagementLocks`,
Microsoft.Authorization 2020-05-01; "Lock your resources to protect your infrastructure"; the words of the refusal are
the service's own.
"""

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Match, Route
from local.emulator.arm.schema import OBJECT, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject

TYPE = "Microsoft.Authorization/locks"
READ_ONLY = "ReadOnly"
LEVELS = ("CanNotDelete", READ_ONLY)
_ALL = "/{*scope}/providers/Microsoft.Authorization/locks"
_ONE = _ALL + "/{name}"


def admit(cloud: Cloud, match: Match, _caller: Caller) -> None:
    """Refuse what a lock forbids: deleting under any lock, writing and acting under ReadOnly; locks themselves never.

    Raises:
        ArmError: 409 ScopeLocked.
    """
    locks = cloud.store.of_type(TYPE)
    if not locks or match.route.method in {"GET", "HEAD"} or match.id.type.lower() == TYPE.lower():
        return
    target = match.id if match.id.name else match.id.without_action
    deletes = match.route.method == "DELETE"
    binding = [lock for lock in locks if deletes or lock.properties["level"] == READ_ONLY]
    scopes = [scope.text for scope in map(locked_scope, binding) if _concerns(scope, target, deletes=deletes)]
    if scopes:
        message = (
            f"The scope '{target.text}' cannot perform {'delete' if deletes else 'write'} operation because following "
            f"scope(s) are locked: '{','.join(dict.fromkeys(scopes))}'. Please remove the lock and try again."
        )
        raise ArmError(409, "ScopeLocked", message, gateway=True)


def locked_scope(lock: Resource) -> ResourceId:
    """Return what a lock protects."""
    return ResourceId.parse(lock.id.text[: lock.id.key.rindex("/providers/microsoft.authorization/")])


def _concerns(scope: ResourceId, target: ResourceId, *, deletes: bool) -> bool:
    """Say whether the target is protected, or what is protected would go with it."""
    return scope.contains(target) or (deletes and target.contains(scope))


def put(request: ArmRequest) -> ArmResponse:
    """Create or change a lock (201 when it is new).

    Raises:
        ArmError: 404 what it is to lock does not exist; 400 the level is unknown.
    """
    scope = _existing_scope(request)
    given = request.body.get("properties") or {}
    level = {known.lower(): known for known in LEVELS}.get(str(given.get("level", "")).lower())
    if level is None:
        message = f"The lock level '{given.get('level')}' is invalid. It must be one of '{','.join(LEVELS)}'."
        raise ArmError(400, "InvalidLockLevel", message, gateway=True)
    properties: JsonObject = {"level": level}
    properties |= {key: given[key] for key in ("notes", "owners") if given.get(key)}
    own = scope.extension("Microsoft.Authorization", "locks", request.params["name"])
    new = request.cloud.store.find(own) is None
    lock = request.cloud.write(own, {"properties": properties})
    return ArmResponse(status=201 if new else 200, body=lock.body)


def _existing_scope(request: ArmRequest) -> ResourceId:
    scope = request.scope
    if scope.key != scope.subscription_id.key and request.cloud.store.find(scope) is None:
        raise errors.resource_not_found(scope)
    return scope


def get(request: ArmRequest) -> ArmResponse:
    """Return one lock."""
    lock = request.cloud.store.find(request.id)
    if lock is None:
        raise ArmError(404, "LockNotFound", f"The lock '{request.params['name']}' could not be found.", gateway=True)
    return ArmResponse(body=lock.body)


def delete(request: ArmRequest) -> ArmResponse:
    """Remove a lock; 204 when there is none."""
    gone = request.cloud.delete(request.id)
    return ArmResponse(status=200 if gone else 204, silent=not gone)


def list_below(request: ArmRequest) -> ArmResponse:
    """List the locks of a scope and of everything below it; `$filter=atScope()` leaves out the ones below."""
    scope = _existing_scope(request)
    locks = request.cloud.store.of_type(TYPE, scope)
    if request.query.get("$filter", "").lower().startswith("atscope"):
        own = scope.extension("Microsoft.Authorization", "locks").key
        locks = [lock for lock in locks if lock.id.key.rpartition("/")[0] == own]
    return page(request, [lock.body for lock in locks])


PROVIDER = Provider(
    namespace="Microsoft.Authorization",
    title="Microsoft.Authorization: locks",
    routes=(
        Route("PUT", _ONE, put, body={"properties": {"level": Kind.TEXT, "notes": Kind.TEXT, "owners": [OBJECT]}}),
        Route("GET", _ONE, get),
        Route("DELETE", _ONE, delete),
        Route("GET", _ALL, list_below),
    ),
    admissions=(admit,),
)
