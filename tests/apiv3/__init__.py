"""Tests of signing, verifying and carrying calls: real keys, real HTTP."""
