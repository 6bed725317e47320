"""
Are the contracts strong enough? Changes planted one at a time in a copy of the tree, to see who notices.

`scripts/test.sh contract --canary` runs them. A breaking change that nobody notices, and a harmless one that somebody
trips over, are both red.
"""
