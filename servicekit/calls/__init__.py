"""HTTP calls to other services."""
