"""Jobs: lists with filters, their tasks while they run, and cancelling, restarting them."""

from tests.emulator.site_recovery.estate import Estate


def test_jobs_are_listed_newest_first_and_filtered(estate: Estate) -> None:
    """A list is newest first and shows neither tasks nor details; filters go by state, scenario and time."""
    jobs = f"{estate.vault}/replicationJobs"
    estate.arm.run("PUT", estate.policy + "-2", estate.policy_body(recoveryPointHistory=30000))
    listed = estate.arm.get(jobs)["value"]
    failed = estate.arm.get(f"{jobs}?$filter=JobStatus eq 'Failed'")["value"]
    by_name = estate.arm.get(f"{jobs}?$filter=JobName eq 'NetworkPairing'")["value"]
    since = listed[0]["properties"]["startTime"]
    ever = f"StartTime eq '{since[:10]}' and EndTime eq '2999-01-01T00:00:00Z'"  # as clients write a window
    whole = estate.arm.get(f"{jobs}?$filter={ever}")["value"]
    recent = estate.arm.get(f"{jobs}?$filter=StartTime ge '{since}'")["value"]

    starts = [job["properties"]["startTime"] for job in listed]
    assert starts == sorted(starts, reverse=True)
    assert {(len(job["properties"]["tasks"]), job["properties"]["customDetails"]) for job in listed} == {(0, None)}
    assert [job["properties"]["scenarioName"] for job in failed] == ["AddProtectionProfile"]
    assert len(by_name) == 2
    assert [job["name"] for job in recent] == [listed[0]["name"]]
    assert whole == listed


def test_a_running_job_shows_how_far_it_is_and_can_be_cancelled(estate: Estate) -> None:
    """EnableDr's tasks go from not started to completed; cancelled, it leaves neither item nor traces."""
    arm, item = estate.arm, estate.item("web-0")
    arm.http.post("/_emulator/pace", json={"durations": {"site_recovery.item.enable": 300}})
    accepted = arm.ask("PUT", item, estate.item_body("web-0"))
    job = accepted.headers["x-ms-request-id"]
    arm.advance(60)
    running = arm.get(job)["properties"]

    assert (running["state"], running["allowedActions"]) == ("InProgress", ["Cancel"])
    assert "endTime" not in running
    assert [task["state"] for task in running["tasks"]] == ["Succeeded", "InProgress", *["NotStarted"] * 3]
    assert running["tasks"][4]["startTime"] == "0001-01-01T00:00:00"

    arm.done("POST", f"{job}/cancel")
    arm.advance(600)

    assert arm.get(job)["properties"]["state"] == "Cancelled"
    assert arm.ask("GET", item).status_code == 404
    arm.http.post("/_emulator/pace", json={"durations": {"site_recovery.item.enable": 0}})
    arm.done("PUT", item, estate.item_body("web-0"))


def test_a_failed_job_is_restarted_once_its_cause_is_gone(estate: Estate) -> None:
    """Restart runs the same job again; what succeeded can be neither restarted nor cancelled."""
    arm, item = estate.arm, estate.item("batch-0")
    ended = arm.run("PUT", item, estate.item_body("batch-0", disks=("os",)))
    assert arm.get(ended.job)["properties"]["allowedActions"] == ["Restart"]
    estate.power("batch-0", "start")
    arm.done("POST", f"{ended.job}/restart")
    arm.until(ended.job, lambda job: job["properties"]["state"] == "Succeeded")

    assert arm.get(item)["name"] == "batch-0"
    for action in ("restart", "cancel"):
        assert arm.run("POST", f"{ended.job}/{action}").code == "JobActionNotAllowed"


def test_a_restart_meets_the_trouble_that_is_left(estate: Estate) -> None:
    """A job that shall fail twice fails when it is restarted, and succeeds when it is restarted again."""
    arm = estate.arm
    arm.trouble(target="web-0", operation="item.enable", fail="151195", times=2)
    ended = arm.run("PUT", estate.item("web-0"), estate.item_body("web-0"))
    states = []
    for _ in range(2):
        arm.done("POST", f"{ended.job}/restart")
        job = arm.until(ended.job, lambda found: found["properties"]["state"] != "InProgress")["properties"]
        states.append((job["state"], len(job["errors"])))

    assert states == [("Failed", 1), ("Succeeded", 0)]
    assert estate.protected(estate.item("web-0"))["properties"]["protectionState"] == "Protected"


def test_initial_replication_ends_with_two_jobs(estate: Estate) -> None:
    """The jobs that finalise protection on both sides are there once the item is Protected."""
    estate.protect()
    listed = estate.arm.get(f"{estate.vault}/replicationJobs")["value"]
    names = [job["properties"]["scenarioName"] for job in listed]

    assert {"PrimaryIrCompletion", "SecondaryIrCompletion"} <= set(names[:2])


def test_an_item_names_the_job_that_works_on_it(estate: Estate) -> None:
    """`currentScenario` is the running job, and None when nothing runs."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    resting = arm.get(item)["properties"]["currentScenario"]
    arm.http.post("/_emulator/pace", json={"durations": {"site_recovery.item.disable": 200}})
    accepted = arm.ask("POST", f"{item}/remove", {"properties": {}})
    running = arm.get(item)["properties"]["currentScenario"]
    arm.advance(201)

    assert (resting["scenarioName"], resting["jobId"].rsplit("/", 1)[-1]) == ("None", "None")
    assert (running["scenarioName"], running["jobId"]) == ("DisableDr", accepted.headers["x-ms-request-id"])
    assert arm.ask("GET", item).status_code == 404
