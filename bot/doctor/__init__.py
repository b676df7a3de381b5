"""Says in sentences what works today with these settings from this host."""
