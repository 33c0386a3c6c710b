"""Accounts and row families -> one frozen `LinearProgram`; bridge to the Pyomo reference."""
