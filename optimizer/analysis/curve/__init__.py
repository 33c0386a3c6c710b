"""Prices and exact value curves: the optimum as a function of one number of the instance."""
