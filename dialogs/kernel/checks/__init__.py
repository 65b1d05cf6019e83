"""What is wrong with dialogs that can be read but should not be published."""
