"""Work out what providers must be told so that they serve the zones we describe. Pure: zones in, plan out."""
