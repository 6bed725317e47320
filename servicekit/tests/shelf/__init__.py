"""A small service for the kit's tests: it saves books, and consumes events about books."""
