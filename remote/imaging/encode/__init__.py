"""From pictures to bytes: one function per format, with its settings beside it.

Nothing of the upload but its pixels, durations and loop count reaches an encoder: a `Picture` carries no metadata.
"""
