"""Judging models: scores with intervals, beside baselines, by slice, and what goes wrong."""
