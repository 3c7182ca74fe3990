"""All input and output with Azure: behaviour without decisions, and no state but the connection.

Every function takes the session first, is a coroutine, and raises nothing but `asr.errors`: `Throttled` and
`TransientFault` for what a retry can cure, `Rejected` for what it cannot. Nothing here waits for a long operation: a
`begin_*` or `put_*` answers the `Operation` that was begun (None when Azure was done at once), and `poll` asks how
it stands.
What does not exist is None, wherever absence is an answer.

    session           connect() -> Azure                      the process's session; settings are read once
                      Azure(settings, credential)             .settings  .store  .close()  also `async with`
    store             azure.store.put .get .list .delete .delete_prefix; read_document, change_document: its own page
    requests          remember_request(azure, vm_id, TagRequest | NamedRequest) -> RememberedRequest
                      read_request(azure, vm_id) -> RememberedRequest | None   forget_request(azure, vm_id) -> bool
                      find_requested(azure) -> frozenset[vm key]               who asked, however old the task hub is
    operations        poll(azure, operation) -> Running | Succeeded | OperationFailed
                          Running(after_seconds)  Succeeded()  OperationFailed(reason)
    resources         read(azure, id, *, expand=None) -> Json | None
                      put(azure, id, body) -> Operation | None
                      patch(azure, id, body) -> Operation | None
                      read_group_location(azure, group_id) -> str | None
                      list_resources(azure, subscription, type_) -> tuple[ListedResource, ...]
                          ListedResource(id, name, location, tags)
                      list_path(azure, subscription, path, version, *, only=None) -> tuple[Json, ...]     all pages
    graph             find_machines(azure, continuation=None, *, top=1000) -> MachinePage    one query
    named             read_named(azure, wanted: Iterable[tuple[role, id]]) -> tuple[NamedTarget, ...]
    machines          read_virtual_machine(azure, vm_id) -> VirtualMachine | None         one GET
                      complete_disks(azure, vm) -> tuple[ManagedDisk, ...]                SKUs the VM did not tell
                      read_interfaces(azure, vm) -> tuple[NetworkInterface, ...]          primary first
                      read_availability_set(azure, id) -> AvailabilitySet | None
                      read_placement_group(azure, id) -> PlacementGroup | None
    networks          read_network(azure, id) -> VirtualNetwork | None
                      read_networks(azure, interfaces) -> tuple[VirtualNetwork, ...]
    storage           read_account(azure, id, *, softly=False) -> inventory.Account | None
                      find_accounts(azure, subscription, names) -> tuple[StorageAccount, ...]
    regions           read_regions(azure, subscription) -> tuple[Region, ...]             for a day
    vaults            list_vaults(azure, subscription) -> tuple[Vault, ...]               with region pairs
    facts             gather(azure, vm, *, named=()) -> VmFacts          only the item while it is on its way
                      ask_eligibility(azure, facts) -> VmFacts           last, of a VM that all else allows
    preflight         preflight(azure, facts, plan) -> VmFacts      locks, leftovers, sizes, quotas, items, rules
    memory            azure.memory.recall(question, seconds, read) -> T    what was read a moment ago
                      azure.memory.gathering(name)              what one decision is made from, kept over a pause
    turns             azure.turns.turn(name)                    whose gathering is next
    urgency           with_urgency(Urgency.PEOPLE)              who goes first where requests wait for their permits
    fence             may_write(settings, id) -> bool           every request passes it, and then the session's budget
    targets           put_group(azure, group_id, location) -> None             read first: tags are replaced
                      put_vault(azure, id, location) -> Operation | None
                      put_network(azure, id, location, address_prefixes, subnets) -> Operation | None
                      put_placement_group(azure, id, location) -> Operation | None
                      put_availability_set(azure, id, location, *, fault_domains, update_domains, sku,
                          placement_group_id=None) -> Operation | None
                      put_storage_account(azure, id, location, *, kind, sku) -> Operation | None
    site_recovery     list_fabrics(azure, vault_id) -> tuple[Fabric, ...]
                      list_containers(azure, vault_id) -> tuple[Container, ...]
                      list_policies(azure, vault_id) -> tuple[Policy, ...]
                      list_container_mappings(azure, vault_id) -> tuple[ContainerMapping, ...]
                      list_network_mappings(azure, vault_id) -> tuple[NetworkMapping, ...]
                      begin_create_fabric(azure, vault_id, name, region) -> Operation | None
                      begin_create_container(azure, fabric_id, name) -> Operation | None
                      begin_create_policy(azure, vault_id, name, values: PolicyValues) -> Operation | None
                      begin_create_container_mapping(azure, source_container_id, name, *, target_container_id,
                          policy_id, automation_account_id=None) -> Operation | None
                      begin_create_network_mapping(azure, primary_fabric_id, name, *, primary_network_id,
                          recovery_network_id, recovery_fabric_id) -> Operation | None
                      eligibility(azure, vm_id) -> tuple[EligibilityError, ...]
                      find_protected_item(azure, vm_id) -> ProtectedItem | None           by the VM's resource links
                      find_protection(azure, vm_id) -> (ProtectedItem | None, stale link ids)
                      get_protected_item(azure, item_id) -> ProtectedItem | None
                      list_protected_items(azure, vault_id) -> tuple[ProtectedItem, ...]
                      begin_enable_protection(azure, container_id, item_name, enable: Enable) -> Operation | None
                          Enable(vm_id, policy_id, recovery_container_id, recovery_group_id, recovery_network_id,
                                 recovery_subnet, cache_account_id, disks: tuple[DiskSpec, ...],
                                 target_account_id=None, availability_set_id=None, availability_zone=None,
                                 consistency_group=None, placement_group_id=None, capacity_group_id=None,
                                 scale_set_id=None, boot_diagnostics_account_id=None)
                      find_running_enable(azure, vault_id, *names) -> Operation | None   begun by an earlier try
                      begin_set_test_network(azure, item_id, network_id) -> Operation | None
                      begin_disable_protection(azure, item_id) -> Operation | None

The ids that `begin_create_*` make are `<parent id>/<type>/<name>`: `fabric_id(vault_id, name)` and its siblings in
`site_recovery.ids` build them.
"""
