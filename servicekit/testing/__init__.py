"""What tests of every service need. See also `atomicity`, `client.ApiClient`, `http` and `messages` in this package."""

from servicekit.testing.clock import FakeClock
from servicekit.testing.tokens import TokenMint
from servicekit.testing.waiting import eventually

__all__ = ["FakeClock", "TokenMint", "eventually"]
