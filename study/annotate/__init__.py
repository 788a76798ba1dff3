"""Annotation: labels out to those who correct them, back in, and how well they agree."""
