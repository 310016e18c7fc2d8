"""Keys: one root, and by HKDF one key for each use, so that no two uses can be joined and none leaks another.

Fingerprints (HMAC-SHA-256) find a token or a code without keeping it; seals (AES-256-GCM)
keep words that only this service may read. A plain hash of a short code or a case number
falls to brute force in minutes, hence a secret key in every fingerprint (ICO guidance on
pseudonymisation, March 2025). The root key lives outside both databases.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_ID = b"\x01"
"""Which generation of keys sealed something; one byte in front, so that keys can rotate."""


class Unreadable(Exception):
    """A seal that does not open: the wrong key, or somebody changed it."""


class Keyring:
    """All keys of one deployment.

    >>> ring = Keyring(b"r" * 32)
    >>> ring.open("vault", ring.seal("vault", b"words", context="a"), context="a")
    b'words'
    >>> ring.fingerprint("code", "K7") == ring.fingerprint("receipt", "K7")
    False
    """

    def __init__(self, root: bytes) -> None:
        if len(root) < 32:
            raise ValueError("the root key must have at least 32 bytes")
        self._root = root
        self.derive = lru_cache(maxsize=256)(self._derive)
        self._cipher = lru_cache(maxsize=256)(lambda label: AESGCM(self.derive(label)))

    def _derive(self, label: str) -> bytes:
        """The 32-byte key for one use."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"earshot/" + label.encode()).derive(self._root)

    def fingerprint(self, label: str, text: str) -> str:
        """64 hexadecimal characters by which ``text`` can be found again but not read."""
        return hmac.new(self.derive(label), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def seal(self, label: str, plain: bytes, *, context: str) -> bytes:
        """Encrypt; ``context`` (say, a row's identifier) must be the same to open, so seals cannot be swapped."""
        nonce = os.urandom(NONCE_BYTES)
        return KEY_ID + nonce + self._cipher(label).encrypt(nonce, plain, context.encode())

    def open(self, label: str, seal: bytes, *, context: str) -> bytes:
        """Decrypt, or raise ``Unreadable``."""
        return _open(self._cipher(label), seal, context)


def seal_with(secret: str, plain: bytes, *, context: str) -> bytes:
    """Encrypt under a secret that this service does not keep (a respondent's own cookie)."""
    nonce = os.urandom(NONCE_BYTES)
    return KEY_ID + nonce + AESGCM(_key_of(secret)).encrypt(nonce, plain, context.encode())


def open_with(secret: str, seal: bytes, *, context: str) -> bytes:
    """Decrypt what ``seal_with`` made, or raise ``Unreadable``."""
    return _open(AESGCM(_key_of(secret)), seal, context)


def _key_of(secret: str) -> bytes:
    # The secret has 256 random bits, so one keyed hash is enough; a slow one would guard nothing.
    return hmac.new(b"earshot/draft", secret.encode(), hashlib.sha256).digest()


def _open(cipher: AESGCM, seal: bytes, context: str) -> bytes:
    if seal[:1] != KEY_ID or len(seal) < 1 + NONCE_BYTES:
        raise Unreadable("not a seal of a known generation")
    try:
        return cipher.decrypt(seal[1 : 1 + NONCE_BYTES], seal[1 + NONCE_BYTES :], context.encode())
    except InvalidTag as fault:
        raise Unreadable("the seal does not open with this key and context") from fault
