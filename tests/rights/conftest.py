"""The stories start many local Azures; their processes are forked from one that has done the imports."""

from tests.forked import fork_server, forked

__all__ = ["fork_server", "forked"]
