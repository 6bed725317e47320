"""HTTP out: calls to other services."""
