"""The worlds of the tests of trouble are forked; `make chaos` and `make soak` start processes of their own."""

from tests.forked import fork_server, forked

__all__ = ["fork_server", "forked"]
