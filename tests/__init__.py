"""Tests of msgkit."""
