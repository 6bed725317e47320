"""How load runs are judged, on made-up measurements."""
