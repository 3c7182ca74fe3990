"""What a VM's protection stands on: each kind of thing is read, compared and made in one place, for runs and plans
alike.

A run compares a requirement and applies the change; a plan compares it and assumes that it was applied. So a plan
says what a run does because both use the same diff.
"""
