"""The languages of the pages, a module each."""
