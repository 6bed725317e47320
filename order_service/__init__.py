"""Catalogue with stock, orders, payments."""
