"""The agenda of the region: what happened, as figures that say nothing of anyone."""
