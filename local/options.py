"""What several commands take on their command lines."""

import argparse

HIGHEST_PORT = 65535


def port(text: str) -> int:
    """A TCP port, for `argparse`; 0 takes any free one.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_PORT)) and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"'{text}' is no port; a number from 0 to {HIGHEST_PORT} is expected")
    return int(text)
