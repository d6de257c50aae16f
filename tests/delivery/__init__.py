"""Tests of deliveries: a real Redis, a real sandbox; what takes long has its times made short."""
