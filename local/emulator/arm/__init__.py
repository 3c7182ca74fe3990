"""The Azure Resource Manager core: what every resource provider of the emulator stands on.

A provider is a module or package in `local/emulator/providers` that has a `PROVIDER`:

    from local.emulator.arm.pace import Duration
    from local.emulator.arm.provider import Provider
    from local.emulator.arm.request import ArmRequest
    from local.emulator.arm.response import ArmResponse
    from local.emulator.arm.router import Route

    def get(request: ArmRequest) -> ArmResponse:
        return ArmResponse(body=request.cloud.resource(request.id).body)   # ArmError 404 when it is not there

    PROVIDER = Provider(
        namespace="Microsoft.RecoveryServices",
        title="Microsoft.RecoveryServices: Site Recovery",                 # its heading in the coverage table
        routes=(Route("GET", VAULT + "/replicationFabrics/{fabric}", get),),
        continuations={"site_recovery.fabric_created": fabric_created},    # steps that run later, by name
        durations={"site_recovery.fabric.write": Duration(real=64, fast=1.5)},
        deletion_guards={"Microsoft.RecoveryServices/vaults": refuse_while_items_exist},
        switches={"protected_item_get_during_enable": ("404", "200")},     # unknown behaviour, default first
    )

It is found by itself: nothing else is to be edited.

Routes (`router.Route`)
    `Route(method, template, handler)`. Matching ignores casing, doubled and trailing slashes; literal segments win
    over `{placeholders}`; a leading `{*scope}` matches any scope (extension resources). What no route matches is
    answered 501. Before the handler runs `resource_manager` has seen to: bearer token (401), `api-version` (400),
    subscription and resource group exist (404), JSON body (400). Handlers are plain synchronous functions and the
    only code running. `silent=True` keeps a route's writes from publishing an event; `action=` overrides the
    derived action name.

Requests and answers (`request`, `response`)
    `request.id` (ResourceId: literals in the template's casing, names as sent), `.params`, `.query` (keys
    lower-cased: `request.query.get("$filter")`), `.body`, `.scope`, `.api_version`, `.base_url`,
    `.client_request_id`, `.cloud`. `ArmResponse(status=200, body=..., headers={...}, operation=...)`; `body=None`
    is an empty body. A header given here wins over `asgi`'s own (`x-ms-request-id`).

Store (`cloud.store`, `store.Resource`)
    `cloud.write(id, body, private)` keeps a resource: the casing of the first PUT stays, `id`/`name`/`type` are
    set; `private` is JSON that is not on the wire. `cloud.store.find(id_or_text)` -> Resource | None,
    `cloud.resource(id)` -> Resource or 404, `cloud.store.of_type(type, within=scope_id)`,
    `cloud.store.under(scope_id)`, `cloud.store.referring_to(id, type)`, `cloud.delete(id)` (with everything below it).
    Children live below their parent's id, so they go when it goes. A Resource may be changed in place. Ids:
    `ResourceId.parse(text)`, `.key`, `.text`,
    `.child("type", "name")`, `.extension("Microsoft.X", ...)`. Only resources with a `location` show up in the
    generic resource lists. `store.Resource.body` is shown as it is: copy (`copy.deepcopy`) what an answer must not
    see change.

Errors (`errors`)
    `raise errors.resource_not_found(id)` and the like, or `ArmError(status, code, message, details=[...])`.

Long operations (`operations`, `styles`)
    `operation = cloud.operations.begin(kind, resource_id, then="site_recovery.fabric_created", arguments={...})`
    takes as long as the pace says for `kind`; then the continuation `(cloud, arguments) -> None` runs. If it raises
    ArmError the operation is Failed with that code and message, else Succeeded. `operation_id=` names it (an ASR
    job), `seconds=` overrides the duration, `then=None` leaves it open until `cloud.operations.finish(operation,
    error=None)`. Answer with a style: `styles.COMPUTE.accept(request, operation,
    "create"|"update"|"patch"|"delete"|"action", location="eastasia", body=...)`; styles: COMPUTE, DISKS, NETWORK,
    STORAGE, VAULTS, RESOURCE_GROUPS, EVENT_GRID, each with its documented statuses, headers and URLs;
    `STYLE.routes(result)` gives the routes for those URLs. A style of one's own is one record
    (`styles.OperationStyle`, `{self}` in a path is the resource's own id); Site Recovery's status document is ready
    as `styles.asr_document`. Put the operation in `ArmResponse(operation=...)`: the event of the write is then
    published when the operation ends.

Later (`cloud.timeline`)
    `cloud.timeline.schedule(seconds, "site_recovery.replicated", {"item": id.text})` runs a continuation later,
    with the clock held at the moment it was due. Arguments are JSON; a continuation looks up what it needs and
    copes with its absence. A step that raises is logged; the operation whose id it has as `operation` has then failed.

Clock and pace (`cloud.clock.now()`, `cloud.pace`)
    Never read the system's clock. `cloud.pace.mode` is instant, fast or real; `cloud.pace.seconds(kind)` reads the
    provider's table of durations (tests override single kinds); `cloud.pace.retry_after(30)` is the Retry-After
    header in real pace and `x-ms-retry-after-ms` otherwise. Timestamps: `wire.timestamp(moment)` (seven digits and Z).

    Whatever is in `store`, `operations`, `timeline` and `outbox` outlives the process under `--state`; so keep nothing
    anywhere else, and ask the store again after an `await`: what was handed out before it counts as written.

Requests that meet (`concurrency`, `preconditions`)
    `TrackedType` answers a PUT that is sent again while its operation runs as it was answered first, refuses other
    writes meanwhile in the words of its style (`OperationStyle.conflict`), and sees to If-Match and If-None-Match.
    `etag=` makes the version mark. Locks (`providers/locks.py`) are an admission: nobody else need think of them.

Events (`cloud.events`)
    Every successful PUT, PATCH, POST and DELETE publishes by itself, when its operation has ended. What a service
    writes on its own account it publishes itself: `cloud.events.written(id)`, `cloud.events.deleted(id)`.

Resource links (`Microsoft.Resources/links`) are ordinary resources: `vm.extension("Microsoft.Resources", "links",
name)`.

Callers (`tokens.Caller.of(request.headers)`): client id and object id. `Provider.admissions` are asked about every
request before its handler runs and raise ArmError to refuse it; `permissions.needed(match)` is the action and scope
that a request needs. Request limits are the table in `rate_limits`.

Lists: `paging.page(request, items, shown)`, which shows only what is on the page; filters:
`odata.parsed_filter(text)` with `odata.matches`.
Tracked types (PUT/PATCH/GET/DELETE/list from one record): `tracked.TrackedType`. Regions: `regions.regions()`.
Switches: `cloud.switch(name)`. Control routes of a provider: `Provider.controls`; a world can use the POST ones.
Being told of every operation that ends: `Provider.operation_observers`. Admission of requests: `Provider.admissions`.
"""
