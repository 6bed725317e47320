"""Runs, tests and measures the shop. Standard library only, but for the tools that it starts."""
