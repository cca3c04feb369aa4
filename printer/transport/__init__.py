"""From a document to bytes at a printer, with proof that it came out."""
