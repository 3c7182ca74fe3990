"""Where a template is evaluated: its parameters and variables, the ids it can build, the resources it can look at."""

import re
from collections.abc import Collection, Mapping, Sequence

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.deployments.expressions import (
    Function,
    Value,
    evaluated,
    invalid_template,
    looped,
    with_index,
)
from local.emulator.providers.deployments.functions import TABLE

type Loop = tuple[str, int]
"""The name of a resource's loop, and which turn of it this is."""


class NotYet(Exception):
    """A template refers to a resource that it is still making."""


class Scope:
    """The functions of one deployment.

    Args:
        cloud: the emulated Azure.
        deployment: the deployment's own id.
        template: the template.
        given: the parameter file's values, by name.
        location: where the deployment is kept; none at group scope.
        base: what the addresses begin with that resources tell.

    Attributes:
        parameters: their values by name.
        symbols: the ids of resources by the names that the template gives them, where it gives any.
    """

    def __init__(
        self,
        cloud: Cloud,
        deployment: ResourceId,
        template: JsonObject,
        given: JsonObject,
        location: str = "",
        base: str = "",
    ) -> None:
        self._cloud = cloud
        self._base = base
        self._deployment = deployment
        self._pending: Collection[str] = ()
        self.symbols: dict[str, str] = {}
        self._variables: JsonObject = template.get("variables") or {}
        self.functions: Mapping[str, Function] = {
            **TABLE,
            "parameters": self._parameter,
            "variables": self._variable,
            "resourceid": self._resource_id,
            "subscriptionresourceid": self._subscription_resource_id,
            "extensionresourceid": lambda given: _below(f"{given[0]}/providers", given[1:]),
            "reference": self._reference,
            "resourcegroup": self._group,
            "subscription": self._subscription,
            "tenant": lambda _: {"tenantId": cloud.tenant},
            "deployment": lambda _: {"name": deployment.name, "location": location, "properties": {}},
            "environment": lambda _: _environment(),
            "managementgroup": self._management_group,
            "tenantresourceid": lambda given: _below("/providers", given),
            "managementgroupresourceid": lambda given: _below(f"{self.prefix}/providers", given),
        }
        self.parameters = self._parameters(template.get("parameters") or {}, given)

    def evaluated(self, value: Value, pending: Collection[str] = (), loop: Loop | None = None) -> Value:
        """Return `value` with its expressions evaluated.

        Args:
            value: what stands in the template.
            pending: the keys of resources still to be made.
            loop: the turn of the resource's loop, for a resource that has one.

        Raises:
            ArmError: 400 InvalidTemplate.
            NotYet: it refers to one of the pending resources.
        """
        self._pending = pending
        functions = self.functions if loop is None else with_index(self.functions, *loop, unnamed=True)
        return evaluated(value, functions)

    @property
    def prefix(self) -> str:
        """The id of what is deployed to: a group, a subscription or a management group."""
        if not self._deployment.subscription:
            return re.split("/providers/Microsoft.Resources/", self._deployment.text, flags=re.IGNORECASE)[0]
        return (self._deployment.group_id if self._deployment.group else self._deployment.subscription_id).text

    def _parameters(self, declared: JsonObject, given: JsonObject) -> JsonObject:
        known = {name.lower(): name for name in declared}
        for name in given:
            if name.lower() not in known:
                raise invalid_template(f"The template parameters '{name}' in the parameters file are not valid")
        values = {known[name.lower()]: entry.get("value") for name, entry in given.items()}
        self.parameters = values
        for name, one in declared.items():
            if name not in values and "defaultValue" not in one:
                raise invalid_template(f"The value for the template parameter '{name}' is not provided")
            if name not in values:
                values[name] = evaluated(one["defaultValue"], self.functions)
            if "allowedValues" in one and values[name] not in one["allowedValues"]:
                raise invalid_template(f"The provided value for the template parameter '{name}' is not allowed")
        return values

    def _parameter(self, given: Sequence[Value]) -> Value:
        return _named(self.parameters, given[0], "parameter")

    def _variable(self, given: Sequence[Value]) -> Value:
        for one in self._variables.get("copy") or []:
            if str(one["name"]).lower() == str(given[0]).lower():
                return looped(one, self.functions)
        return evaluated(_named(self._variables, given[0], "variable"), self.functions)

    def _resource_id(self, given: Sequence[Value]) -> str:
        """`resourceId([subscription], [group], type, name, ...)`."""
        at = next(index for index, part in enumerate(given) if "/" in str(part))
        subscription, group = self._deployment.subscription, self._deployment.group
        if at:
            group = given[at - 1]
        if at > 1:
            subscription = given[at - 2]
        root = f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group else "")
        return _below(f"{root}/providers", given[at:])

    def _subscription_resource_id(self, given: Sequence[Value]) -> str:
        at = next(index for index, part in enumerate(given) if "/" in str(part))
        subscription = given[0] if at else self._deployment.subscription
        return _below(f"/subscriptions/{subscription}/providers", given[at:])

    def _reference(self, given: Sequence[Value]) -> Value:
        """`reference(id or name, [version], ['Full'])`: the properties of a resource, or all of it."""
        wanted = str(given[0])
        wanted = self.symbols.get(wanted.lower(), wanted)
        if not wanted.startswith("/"):
            wanted = next((key for key in self._pending if key.endswith(f"/{wanted.lower()}")), wanted)
        if wanted.lower() in self._pending:
            raise NotYet
        found = self._cloud.store.find(wanted) if wanted.startswith("/") else self._by_name(wanted)
        if found is None:
            raise invalid_template(f"The resource '{given[0]}' is not defined in the template")
        whole = len(given) > 2 and str(given[2]).lower() == "full"
        # What a GET shows, which may be more than is kept.
        shown = self._cloud.resource_manager.show(self._cloud, found.id.text, {}, "", self._base)
        body: JsonObject = shown if isinstance(shown, dict) else found.body
        return body if whole else body["properties"]

    def _by_name(self, name: str) -> Value:
        scope = ResourceId.parse(self.prefix)
        return next((one for one in self._cloud.store.under(scope) if one.id.key.endswith(f"/{name.lower()}")), None)

    def _group(self, _: Sequence[Value]) -> Value:
        return self._cloud.resource(self._deployment.group_id).body

    def _management_group(self, _: Sequence[Value]) -> Value:
        """Names are all that is known of one: here a management group has every subscription below it."""
        own = ResourceId.parse(self.prefix)
        return {"id": own.text, "name": own.name, "type": own.type, "properties": {"displayName": own.name}}

    def _subscription(self, _: Sequence[Value]) -> Value:
        subscription = self._deployment.subscription
        return {
            "id": self._deployment.subscription_id.text,
            "subscriptionId": subscription,
            "tenantId": self._cloud.tenant,
            "displayName": self._cloud.subscriptions[subscription.lower()],
        }


def _named(values: JsonObject, name: Value, what: str) -> Value:
    for key, value in values.items():
        if key.lower() == str(name).lower():
            return value
    raise invalid_template(f"The template {what} '{name}' is not found")


def _environment() -> Value:
    """The public cloud, as far as templates ask for it."""
    return {
        "name": "AzureCloud",
        "resourceManager": "https://management.azure.com/",
        "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
        "suffixes": {"storage": "core.windows.net", "keyvaultDns": ".vault.azure.net"},
    }


def _below(root: str, parts: Sequence[Value]) -> str:
    """Return `<root>/<Namespace>/<type>/<name>/<type>/<name>...` for a type and its names."""
    namespace, *types = str(parts[0]).split("/")
    pairs = zip(types, parts[1:], strict=True)
    return "/".join([root, namespace, *(f"{kind}/{name}" for kind, name in pairs)])
