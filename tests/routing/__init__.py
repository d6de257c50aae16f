"""Tests of the way back: what a router remembers, and what it does."""
