"""The settings, the start and the application server of a service."""
