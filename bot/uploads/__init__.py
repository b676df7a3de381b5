"""The durable queue of uploads: what was accepted ends told, once."""
