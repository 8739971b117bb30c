"""The provider contract: what an adapter promises, and the suite that holds it to that."""
