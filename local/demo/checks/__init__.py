"""What must be true in the end: a table of checks over plain ARM GETs and the app's own answers.

with ArmReader(arm_url, subscription) as arm, App(host_url, key) as app:
    wrong = [finding for finding in check_story(EndState(arm, app)) if not finding.ok]
"""

from local.demo.checks.end_state import EndState
from local.demo.checks.table import check_story
from local.demo.checks.verdict import Finding, Verdict

__all__ = ["EndState", "Finding", "Verdict", "check_story"]
