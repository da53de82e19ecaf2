"""A case from its opening to its close: who holds it, what they did, what each party may see of it."""
