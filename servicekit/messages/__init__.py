"""Events and commands, from the outbox to the worker."""
