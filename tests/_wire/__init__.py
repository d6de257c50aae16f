"""Tests of the wire's JSON: reading strictly, reading generously, writing, and going through it."""
