"""A service with a few routes that use every part of the kit's HTTP code."""
