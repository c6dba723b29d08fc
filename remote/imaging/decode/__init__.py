"""From bytes to pictures: one file per way of decoding, chosen by the table of formats."""
