"""The classifier: character pieces, words and word lists, one linear model, calibrated. Only `component` knows Rasa."""
