"""Pictures drawn as SVG by plain code: one file for each, its description and its drawing."""
