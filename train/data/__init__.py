"""Labelled data before training: splitting it by event and checking it. Nothing here needs torch."""
