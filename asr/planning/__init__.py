"""The decision engine: pure functions from recorded facts to decisions. No input, output, clock or environment.

tags          read_request(tags, prefix, profiles, default_profile, asked) -> ProtectionRequest
options       OPTIONS, BY_NAME: every choice as data          origins    choices_of(plan, request) -> (Choice, ...)
targets       named_targets(vm, request) -> ((role, id), ...)                      for the gateway to read
protection    decide(vm_id, facts, request) -> Decision
foundation    requirements(plan) -> (Requirement, ...)   enable_spec(plan, ids) -> dict
surroundings  what the probes hold against a plan             zones      what stands against zone to zone
reconcile     choose_fabric, choose_container, choose_policy, choose_container_mapping, choose_network_mapping,
              choose_subnet, account_problems           what exists against what is wanted
naming        vm_key(vm_id)   item_name(vm_id)   asr_name(kind, name, source_id)   ...
states        phase(state) -> Phase   item_facts(item) -> the facts of an outcome
reasons       reason(code, **facts) -> Reason   REASONS; asr.reasons.render words them at the edge
"""
