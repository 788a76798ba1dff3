"""The behaviour checklist: hand-written cases and transformations that test single abilities (Ribeiro et al. 2020)."""
