"""Decomposition: once the coupling rows have prices, every parcel chooses on its own."""
