"""Notifies users of what happened to their accounts and orders."""
