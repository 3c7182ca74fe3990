"""Addresses that a key may be sent to."""

from urllib.parse import urlsplit

from asr_cli.exits import CliError, ExitCode


def checked_url(url: str) -> str:
    """The address without its end slash and a trailing /api.

    Raises:
        CliError: it is none, or would send the key over an open line.
    """
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise CliError(f"'{url}' is no address of an app: {error}", ExitCode.USAGE) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise CliError(f"'{url}' is no address of an app; it begins with https://", ExitCode.USAGE)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CliError("The app's address has no user, query or fragment.", ExitCode.USAGE, "The key goes into ASR_KEY")
    if parts.scheme == "http" and not is_loopback(host):
        raise CliError(
            f"{host} is spoken to without TLS; the key would be readable on the way.", ExitCode.USAGE, "Use https://"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api')}"


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    return host == "localhost" or host.startswith("127.") or host == "::1"
