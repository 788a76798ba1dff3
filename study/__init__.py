"""What is done with labels once they stand: measured, sampled, corrected, compared, and looked at."""
