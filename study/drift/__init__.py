"""What has moved between two runs."""
