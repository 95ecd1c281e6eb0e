"""Facts about clinical language: lexicon, quantities, polarity, red flags, sentence spans."""
