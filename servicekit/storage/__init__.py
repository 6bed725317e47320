"""The database and the cache: locks, outages, schema changes."""
