"""Prices of limits and topsoil: on either side, how far they hold, what the next steps bring."""
