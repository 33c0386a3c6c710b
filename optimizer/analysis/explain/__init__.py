"""Why: what forbids a use, what breaks a plan, why a parcel got its use, what limits do."""
