"""Who is calling: tokens, published keys, callers, revocation."""
