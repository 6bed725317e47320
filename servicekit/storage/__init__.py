"""The cache, and changes of the database schema."""
