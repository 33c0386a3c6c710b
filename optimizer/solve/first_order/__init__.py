"""Large layouts: a first-order method on shares, prices of boundaries and prices of limits."""
