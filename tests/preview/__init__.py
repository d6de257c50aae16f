"""Tests of msgkit.preview."""
