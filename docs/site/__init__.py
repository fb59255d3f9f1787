"""Builds the documents as static pages: Markdown by markdown-it-py, the reference of the tables from the tables."""
