"""Mining balance: what the mine emitted and disturbed, beside what a plan wins back."""
