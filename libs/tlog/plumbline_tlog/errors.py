"""The words this library has for "no"; each is a ValueError, so hostile input is never a crash.

* TlogError
  + NotCanonical   bytes are not the one RFC 8785 (or base64) form of what they say: refuse them
  + MalformedNote  a note, key or checkpoint is not written as C2SP says: refuse it
  + BadSignature   no signature, a wrong one, or one too many: believe nothing it covers
  + BadProof       a Merkle proof does not prove what it should: believe nothing it covers
  + BadTiles       stored tiles are not the tree of their checkpoint: a person must look
"""


class TlogError(ValueError):
    """Root of what this package raises."""


class NotCanonical(TlogError):
    """The bytes differ from the canonical encoding of what they parse to, or parse to nothing."""


class MalformedNote(TlogError):
    """A signed note, a key or a checkpoint is not in its one accepted form."""


class BadSignature(TlogError):
    """What should be signed by one of the given keys is not."""


class BadProof(TlogError):
    """An inclusion or consistency proof fails."""


class BadTiles(TlogError):
    """Tiles or entry bundles are missing, or do not hash to the checkpoint's root."""
