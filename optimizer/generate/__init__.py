"""Synthetic instances of any size: realistic, feasible for every seed, the same for the same."""
