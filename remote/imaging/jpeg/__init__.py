"""JPEG files as what they are made of: segments, scans and coefficients."""
