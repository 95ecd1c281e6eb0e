"""Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys: write, read, verify."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from plumbline_tlog.canonical import base64_decode, base64_encode
from plumbline_tlog.errors import BadSignature, MalformedNote, NotCanonical

ED25519 = b"\x01"  # the signature type of signed-note; 0x02, 0x04, 0x05 and 0x06 are other schemes
EM_DASH = "\u2014 "
KEY_HASH_BYTES = 4
PUBLIC_KEY_BYTES = 32
MAX_SIGNATURES = 100  # the specification asks for at least 16; a bound keeps a hostile note cheap


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name it signs under."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read `<name>+<8 hex>+<base64>`. MalformedNote when it is another key's id, or no key."""
        name, _, rest = vkey.partition("+")
        _, _, material_text = rest.partition("+")  # base64 may hold further plus signs
        try:
            material = base64_decode(material_text)
        except NotCanonical as error:
            raise MalformedNote("a verifier key is not base64") from error
        if len(material) != 1 + PUBLIC_KEY_BYTES or material[:1] != ED25519:
            raise MalformedNote("a verifier key is not an Ed25519 key")
        verifier = cls(check_name(name), material[1:])
        if verifier.vkey != vkey:
            raise MalformedNote("a verifier key carries another key's id")
        return verifier

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes that tell keys of one name apart; not a proof of anything."""
        material = self.name.encode() + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(material).digest()[:KEY_HASH_BYTES]

    @property
    def keyid(self) -> str:
        """`<name>+<8 hex>`: short form for envelopes and logs."""
        return f"{self.name}+{self.key_hash.hex()}"

    @property
    def vkey(self) -> str:
        """The whole key as one line."""
        return f"{self.keyid}+{base64_encode(ED25519 + self.public_key)}"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key signed exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A private key and the name it signs under. Never printed, never logged."""

    def __init__(self, name: str, private_key: Ed25519PrivateKey) -> None:
        self.name = check_name(name)
        self.verifier = Verifier(name, private_key.public_key().public_bytes_raw())
        self._private_key = private_key

    @property
    def vkey(self) -> str:
        """The public key as one line."""
        return self.verifier.vkey

    @property
    def keyid(self) -> str:
        """`<name>+<8 hex>`."""
        return self.verifier.keyid

    @property
    def pem(self) -> bytes:
        """The private key as PKCS#8 PEM, not encrypted: for a file of mode 0600, nothing else."""
        return self._private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature; the same message gives the same bytes (RFC 8032)."""
        return self._private_key.sign(message)


def new_signer(name: str) -> Signer:
    """A fresh key."""
    return Signer(name, Ed25519PrivateKey.generate())


def load_signer(path: Path, name: str) -> Signer:
    """The key of a PKCS#8 PEM file. ValueError, naming the file, when it holds no Ed25519 key."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} holds no readable private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return Signer(name, key)


def check_name(name: str) -> str:
    """The name itself. MalformedNote unless it is non-empty, without space and plus sign."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise MalformedNote("a key name is empty, or holds a space or a plus sign")
    return name


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, not yet verified."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart, not yet verified. `text` ends in a line feed."""

    text: str
    signatures: tuple[NoteSignature, ...]


def sign_note(text: str, *signers: Signer) -> str:
    """Text, blank line, one line per signer. MalformedNote when no note can hold the text."""
    if not signers or not text.endswith("\n") or not _printable(text):
        raise MalformedNote("a note needs a text that ends in a line feed, and a signer")
    lines = []
    for signer in signers:
        signed = signer.verifier.key_hash + signer.sign(text.encode())
        lines.append(f"{EM_DASH}{signer.name} {base64_encode(signed)}\n")
    return text + "\n" + "".join(lines)


def parse_note(note: str) -> Note:
    """Take a note apart at its last blank line. MalformedNote for any other form."""
    if not _printable(note):
        raise MalformedNote("a note holds a control character")
    cut = note.rfind("\n\n")
    lines = note[cut + 2 :]
    if cut < 0 or not lines.endswith("\n"):
        raise MalformedNote("a note needs a text, a blank line and signature lines")
    signature_lines = lines[:-1].split("\n")
    if len(signature_lines) > MAX_SIGNATURES:
        raise MalformedNote("a note has too many signatures")
    return Note(note[: cut + 1], tuple(_signature(line) for line in signature_lines))


def open_note(note: str, verifiers: Sequence[Verifier]) -> str:
    """The text, once a known key's signature has been verified.

    Signatures of unknown keys are passed over. BadSignature when a known key's does not verify,
    or when there is none of a known key.
    """
    parsed = parse_note(note)
    known = {(verifier.name, verifier.key_hash): verifier for verifier in verifiers}
    verified = False
    for line in parsed.signatures:
        verifier = known.get((line.name, line.key_hash))
        if verifier is None:
            continue
        if not verifier.verify(parsed.text.encode(), line.signature):
            raise BadSignature(f"the signature of {verifier.keyid} does not verify")
        verified = True
    if not verified:
        raise BadSignature("no signature is by a known key")
    return parsed.text


def _signature(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(EM_DASH).partition(" ")
    if not line.startswith(EM_DASH) or not space:
        raise MalformedNote("a signature line does not begin with an em dash, a space and a name")
    try:
        signed = base64_decode(encoded)
    except NotCanonical as error:
        raise MalformedNote("a signature is not base64") from error
    if len(signed) <= KEY_HASH_BYTES:
        raise MalformedNote("a signature is empty")
    return NoteSignature(check_name(name), signed[:KEY_HASH_BYTES], signed[KEY_HASH_BYTES:])


def _printable(text: str) -> bool:
    """No control character below 0x20 but the line feed, and nothing that UTF-8 cannot carry."""
    return not any(
        (character < " " and character != "\n") or "\ud800" <= character <= "\udfff"
        for character in text
    )
