"""A timestamp authority of our own for tests: any time, any certificate order, expired, revoked or self-signed.

It signs with asn1crypto and cryptography, so that neither the code under test nor openssl made what they check.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

MADE = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
LIST_ADDRESS = "http://crl.example.com/"
_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
    start: datetime,
    end: datetime,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=not authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.CRLDistributionPoints(
                [
                    x509.DistributionPoint(
                        [x509.UniformResourceIdentifier(f"{LIST_ADDRESS}{issuer}.crl")], None, None, None
                    )
                ]
            ),
            critical=False,
        )
    )
    if authority:
        use = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(use, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class OwnTsa:
    """A root, an intermediate and an authority. ``life`` is the authority's certificate, around :data:`MADE`."""

    life: timedelta = timedelta(days=365)
    at: datetime = MADE
    self_signed: bool = False
    unsorted: bool = False
    revoked: dict[int, tuple[datetime, x509.ReasonFlags | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root_key, self.middle_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        long = {"start": MADE - timedelta(days=3650), "end": MADE + timedelta(days=36500)}
        short = {"start": MADE - timedelta(days=1), "end": MADE + self.life}
        self.root = _certificate("Own root", self.root_key, "Own root", self.root_key, authority=False, **long)
        self.middle = _certificate("Own middle", self.middle_key, "Own root", self.root_key, authority=False, **long)
        issuer, issuer_key = ("Own TSA", self.key) if self.self_signed else ("Own middle", self.middle_key)
        self.leaf = _certificate("Own TSA", self.key, issuer, issuer_key, authority=True, **short)

    @property
    def roots_pem(self) -> bytes:
        """What a client is told to trust."""
        return self.root.public_bytes(Encoding.PEM)

    def ask(self, url: str, request: bytes | None) -> bytes:
        """The network: answers requests and gives out revocation lists."""
        self.asked.append(url)
        if request is None:
            return self.list_of(url.removeprefix(LIST_ADDRESS).removesuffix(".crl"))
        parsed = tsp.TimeStampReq.load(request)
        return self.reply(parsed["message_imprint"]["hashed_message"].native, nonce=parsed["nonce"].native)

    def list_of(self, issuer: str) -> bytes:
        """The revocation list of one issuer, DER."""
        key = {"Own root": self.root_key, "Own middle": self.middle_key}.get(issuer, self.key)
        builder = x509.CertificateRevocationListBuilder().issuer_name(_name(issuer))
        builder = builder.last_update(MADE).next_update(MADE + timedelta(days=7))
        for serial, (moment, reason) in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
            entry = entry.add_extension(x509.CRLReason(reason), critical=False) if reason else entry
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

    def reply(self, digest: bytes, *, nonce: int | None = None) -> bytes:
        """A granted reply over a SHA-256."""
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.3.6.1.4.1.4146.2.3",
                "message_imprint": {"hash_algorithm": _SHA256, "hashed_message": digest},
                "serial_number": 7,
                "gen_time": self.at,
                **({} if nonce is None else {"nonce": nonce}),
            }
        )
        leaf = asn1_x509.Certificate.load(self.leaf.public_bytes(Encoding.DER))
        attributes = cms.CMSAttributes([self._attribute(*pair) for pair in self._signed(info, leaf)])
        signature = self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {"issuer_and_serial_number": {"issuer": leaf.issuer, "serial_number": leaf.serial_number}}
                ),
                "digest_algorithm": _SHA256,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": signature,
            }
        )
        enclosed = sorted(one.public_bytes(Encoding.DER) for one in (self.leaf, self.middle))
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [_SHA256],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())},
                "certificates": [cms.CertificateChoices.load(one) for one in enclosed],
                "signer_infos": [signer],
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        made = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        return made.replace(b"".join(enclosed), b"".join(reversed(enclosed))) if self.unsorted else made

    def _signed(self, info: tsp.TSTInfo, leaf: asn1_x509.Certificate) -> list[tuple[str, object]]:
        certificate = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(leaf.dump()).digest()})
        return [
            ("content_type", "tst_info"),
            ("message_digest", hashlib.sha256(info.dump()).digest()),
            ("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [certificate]})),
        ]

    @staticmethod
    def _attribute(kind: str, value: object) -> cms.CMSAttribute:
        return cms.CMSAttribute({"type": kind, "values": [value]})
