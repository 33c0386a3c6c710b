"""Instance folder or files -> one checked, frozen `Instance`: schema, read, check, write."""
