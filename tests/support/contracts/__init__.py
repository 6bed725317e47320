"""Tools for contract tests with Pact (https://pact.io)."""

import os

# Before the library is loaded: otherwise it reports its use over the network, and waits for that.
os.environ.setdefault("PACT_DO_NOT_TRACK", "true")
