"""Statements that are published as PDF: `pip install 'diplowatch[pdf]'` makes them articles."""

from monitor.pdf.reader import clean_pdf, is_pdf

__all__ = ["clean_pdf", "is_pdf"]
