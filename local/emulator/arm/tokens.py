"""Access tokens: JSON Web Tokens with the claims that Azure's clients look into, and who a token speaks for.

They are signed with a key that lives as long as the interpreter and open nothing anywhere else. Source: "Access token
claims reference", Microsoft identity platform.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid

_KEY_NAME = "local"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    Attributes:
        client: the application (client) id, or a user's name: what a refusal calls "the client".
        object_id: the id of the principal in the directory, which role assignments name.
    """

    client: str
    object_id: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """Read the caller off the `authorization` header (keys in lower case).

        Any bearer token is accepted, so that a test can be whoever it likes: signatures are not verified, and what is
        no JSON Web Token speaks for a client whose ids follow from it without giving it away.
        """
        credential = headers.get("authorization", "").partition(" ")[2].strip()
        claims = _claims(credential)
        name = str(claims.get("appid") or claims.get("azp") or claims.get("unique_name") or stable_guid(credential))
        return cls(name, str(claims.get("oid") or object_id_of(name)))


def object_id_of(client: str) -> str:
    """Return the object id of the service principal of an application; never the application's own id, as in Entra."""
    return stable_guid(f"service principal {client}")


def issued_token(tenant: str, moment: datetime, audience: str, client: str, lifetime_s: int) -> str:
    """Return a signed token of a service principal.

    Args:
        tenant: the tenant's id.
        moment: when it is issued.
        audience: the resource the token is for.
        client: the application (client) id.
        lifetime_s: how many seconds it is valid.
    """
    now = int(moment.timestamp())
    principal = object_id_of(client)
    claims = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{tenant}/",
        "iat": now,
        "nbf": now,
        "exp": now + lifetime_s,
        "appid": client,
        "appidacr": "1",
        "idp": f"https://sts.windows.net/{tenant}/",
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "tid": tenant,
        "uti": fresh_guid(),
        "ver": "1.0",
    }
    header = {"typ": "JWT", "alg": "RS256", "kid": _KEY_NAME, "x5t": _KEY_NAME}
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    signature = _key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


def key_set() -> JsonObject:
    """Return the public key as a JSON Web Key Set, for whoever verifies tokens."""
    numbers = _key().public_key().public_numbers()
    modulus, exponent = (_encoded(n.to_bytes((n.bit_length() + 7) // 8, "big")) for n in (numbers.n, numbers.e))
    key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_NAME, "x5t": _KEY_NAME, "n": modulus, "e": exponent}
    return {"keys": [key]}


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@lru_cache(maxsize=256)
def _claims(credential: str) -> JsonObject:
    """Return the claims of a token; of anything else, none."""
    parts = credential.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
