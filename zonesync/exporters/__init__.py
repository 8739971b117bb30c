"""The model written in other forms."""
