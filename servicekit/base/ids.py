"""The range of ids, wherever one comes from: a path, a body, a token, a message."""

from typing import Final

LARGEST_ID: Final = 2**63 - 1
"""The largest value of a 64-bit primary key; the smallest is 1."""
