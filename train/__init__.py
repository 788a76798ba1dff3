"""Making and judging models: from a labelled corpus to a fine-tuned, calibrated and evaluated model."""
