"""What an id can be, wherever one comes from: a path, a body, a token, a message."""

from typing import Final

LARGEST_ID: Final = 2**63 - 1
"""The last one that a 64-bit primary key can hold; the first is 1."""
