"""How long things take and how that grows; see README.md. Run from the checkout."""
