"""Terms of the net sink per option: growth, works, gases."""
