"""Tells people what happened to their accounts and orders."""
