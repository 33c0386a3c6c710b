"""Plans nearly as good as the best one: how far they may differ, and what all of them share."""
