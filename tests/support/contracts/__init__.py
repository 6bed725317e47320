"""What contract tests stand on: Pact (https://pact.io), and what keeps a contract from passing by doing nothing."""

import os

# Before the library is loaded: it counts its users over the network otherwise, and waits for that.
os.environ.setdefault("PACT_DO_NOT_TRACK", "true")
