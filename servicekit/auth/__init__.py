"""Who is calling: tokens, keys, callers."""
