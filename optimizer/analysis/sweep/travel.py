"""What a process needs to solve cases, packed into a few bytes; the rest it builds itself."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from typing import TYPE_CHECKING

from optimizer.analysis.sweep.large import is_large
from optimizer.analysis.sweep.reference import Reference
from optimizer.analysis.sweep.solved import Ready, ready_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def packed(instance: Instance, reference: Reference) -> bytes:
    """Pack instance, reference, and whether the land is large; the rest follows from them."""
    held = (instance, reference.to_bytes(), is_large(instance))
    return zlib.compress(pickle.dumps(held), level=1)


def unpacked(data: bytes) -> Ready:
    """Build what `packed` holds, without solving anything."""
    instance, reference, large = pickle.loads(zlib.decompress(data))
    return ready_of(instance, Reference.from_bytes(reference), large=large)


def key_of(data: bytes) -> str:
    """Name of a pack, under which a process keeps what it has built of it."""
    return hashlib.sha256(data).hexdigest()
