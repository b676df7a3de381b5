"""The pages that people open in a browser, and the port for operators."""
