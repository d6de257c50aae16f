"""Tests of the wire's JSON: reading strictly, reading leniently, writing, and going through it."""
