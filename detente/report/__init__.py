"""Laying answers out for people: sections as text, CSV, Markdown and pages.

Knows sections, sentences, tables and pictures; knows nothing of cases.
"""
