"""TLS for one run: an authority that is thrown away, and a certificate of it for the loopback address.

Clients that insist on https (the Azure CLI, MSAL) are given the authority's certificate to trust, by file.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=30)
_CLOCK_SKEW = timedelta(hours=1)
_BEGINNING = b"-----BEGIN CERTIFICATE-----"
_SIGNING_ONLY = {
    "digital_signature": True,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "encipher_only": False,
    "decipher_only": False,
}


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of one run.

    Attributes:
        authority: the certificate (PEM) that a client must trust.
        certificate: the server's certificate, for `127.0.0.1` and `localhost`.
        key: the server's private key, readable by its owner only.
    """

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def issue(cls, authority: Path | None = None) -> "Certificates":
        """Make a new authority and a certificate; the authority's key is kept nowhere.

        Args:
            authority: where to write the authority's certificate; by default next to the others.

        Raises:
            ValueError: there is a file of that name that is no certificate.
            OSError: a file cannot be written.
        """
        if authority and authority.exists() and not authority.read_bytes().startswith(_BEGINNING):
            raise ValueError(f"tls: {authority}: not a certificate, so it is left alone; name another file")
        folder = Path(tempfile.mkdtemp(prefix="local-azure-"))
        files = cls(authority or folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _authority(root_key)
        files.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        files.certificate.write_bytes(_certificate(key, root, root_key).public_bytes(serialization.Encoding.PEM))
        files.key.touch(mode=0o600)
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    def discard(self) -> None:
        """Remove the files; a certificate of an authority that nobody holds a key of is of no use."""
        self.authority.unlink(missing_ok=True)
        shutil.rmtree(self.key.parent, ignore_errors=True)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    """Begin a certificate with what every verifier asks for, Python's strict one included (key identifiers)."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name, public = _named("Local Azure, thrown away after this run"), key.public_key()
    usage = x509.KeyUsage(**_SIGNING_ONLY, key_cert_sign=True, crl_sign=True)
    return (
        _begun(name, name, public, public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    hosts = [x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
    usage = x509.KeyUsage(**_SIGNING_ONLY, key_cert_sign=False, crl_sign=False)
    return (
        _begun(_named("localhost"), authority.subject, key.public_key(), authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
