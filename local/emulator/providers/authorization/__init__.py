"""Microsoft.Authorization, as far as roles go: definitions, assignments, and their enforcement when it is switched on.

Source: Microsoft.Authorization 2022-04-01.
"""

from local.emulator.arm.provider import Provider
from local.emulator.arm.router import Route
from local.emulator.providers.authorization import assignments, definitions, enforcement

_NAMESPACE = "/providers/Microsoft.Authorization"
_ASSIGNMENTS = "/{*scope}" + _NAMESPACE + "/roleAssignments"
_DEFINITIONS = "/{*scope}" + _NAMESPACE + "/roleDefinitions"
_PERMISSIONS = "/{*scope}" + _NAMESPACE + "/permissions"

PROVIDER = Provider(
    namespace="Microsoft.Authorization",
    title="Microsoft.Authorization: roles",
    routes=(
        Route("PUT", _ASSIGNMENTS + "/{assignment}", assignments.put, body=assignments.BODY),
        Route("GET", _ASSIGNMENTS + "/{assignment}", assignments.get),
        Route("DELETE", _ASSIGNMENTS + "/{assignment}", assignments.delete),
        Route("GET", _ASSIGNMENTS, assignments.list_for_scope),
        Route("PUT", _DEFINITIONS + "/{definition}", definitions.put, body=definitions.BODY),
        Route("GET", _DEFINITIONS + "/{definition}", definitions.get),
        Route("DELETE", _DEFINITIONS + "/{definition}", definitions.delete),
        Route("GET", _DEFINITIONS, definitions.list_for_scope),
        Route("GET", _NAMESPACE + "/roleDefinitions/{definition}", definitions.get),
        Route("GET", _NAMESPACE + "/roleDefinitions", definitions.list_for_scope),
        Route("GET", _PERMISSIONS, enforcement.list_permissions),
    ),
    admissions=(enforcement.admit,),
    linked_admissions=(enforcement.admit_linked,),
    controls={("GET", "/authorizations"): enforcement.show},
    switches={enforcement.SWITCH: ("open", "enforced")},
)
