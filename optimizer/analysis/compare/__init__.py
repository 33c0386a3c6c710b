"""An actual plan against the optimum: the gap, what it is made of, and what to change first."""
