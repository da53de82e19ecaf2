"""HTTP for machines: one module per resource, thin; parse, check the right, one action or query, answer."""
