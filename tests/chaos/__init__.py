"""Chaos experiments: what is lost when things break? README.md says how to run and to write them."""
