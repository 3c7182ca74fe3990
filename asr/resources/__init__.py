"""What a VM's protection stands on: each kind of thing is read, judged and made in one place, for runs and plans alike.

A run examines a requirement and applies the change; a plan examines it and supposes that it was applied. So a plan
says what a run does because both ask the same judgement.
"""
