"""A few routes that need every piece of the kit's HTTP side, so that tests can call them."""
