"""Tests of the clients and what carries calls: real HTTP, real forks."""
