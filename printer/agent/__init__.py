"""The print agent of a kiosk PC: fetches jobs by HTTP, prints them, reports."""
