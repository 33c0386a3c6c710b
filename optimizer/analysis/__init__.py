"""Judging plans and answers: check, verify, what cannot be met."""
