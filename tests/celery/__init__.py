"""Tests of Celery: real workers in processes of their own, and a real Redis."""
