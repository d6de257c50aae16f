"""Measurements, as ratios of two things in one run."""
