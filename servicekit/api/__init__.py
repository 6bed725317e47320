"""HTTP in: problems, parsing, pagination, limits, health."""
