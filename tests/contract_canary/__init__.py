"""
Tests of the contracts: changes are made in copies of the project, one at a time, and the contract tests run.

A breaking change must fail a test, and a harmless one must not. `scripts/test.sh contract --canary` runs them.
"""
