"""The tools of the contract layer, tried on the kit's own Django project."""
