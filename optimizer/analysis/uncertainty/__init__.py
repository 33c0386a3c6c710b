"""Numbers that nobody knows exactly: what they drive, and plans that stand up to them."""
