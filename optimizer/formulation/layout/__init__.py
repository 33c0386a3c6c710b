"""Rows and columns that see which parcels lie side by side: how compact a plan is."""
