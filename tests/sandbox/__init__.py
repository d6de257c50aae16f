"""Tests of the sandbox: a real server, real HTTP, and a signer that msgkit had no part in."""
