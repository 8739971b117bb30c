"""Everything that acts: the state store, the audit log, apply and its order."""
