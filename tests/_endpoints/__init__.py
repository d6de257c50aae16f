"""Tests of msgkit._endpoints."""
