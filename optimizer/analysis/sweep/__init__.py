"""Sweeps: many cases of one instance, each solved from the basis of the base."""
