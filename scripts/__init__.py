"""The interface of the project: thin shell files, and the Python that does their thinking in `shop`."""
