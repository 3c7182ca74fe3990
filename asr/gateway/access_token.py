"""What the app's own token says of it. Nothing is believed because of it: the token is Entra's, for the app itself."""

import json
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4)
def object_id_in(token: str) -> str | None:
    """The object id of whom the token is for; None of a token that tells nothing.

    Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (`oid`)
    """
    parts = token.split(".")
    try:
        claims: Any = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else {}
    except ValueError:
        return None
    found = claims.get("oid") if isinstance(claims, dict) else None
    return found if isinstance(found, str) else None
