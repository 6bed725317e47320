"""Who appears in tests, and when."""

from datetime import UTC, datetime

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

ALICE, BOB, STRANGER = 7, 8, 404
