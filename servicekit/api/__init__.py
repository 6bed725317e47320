"""HTTP in: problem responses, parsing, pages, rate limits, health, OpenAPI."""
