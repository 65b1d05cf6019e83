"""What residents' words mean: examples and word lists for administrators, and the classifier that learns from them."""
