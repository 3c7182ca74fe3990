"""What can be chosen about the protection of a VM, and how tags, profiles and requests are read."""
