"""What is done after the answer: facts are acted upon, notices delivered, media fetched, old words erased."""
