"""The data model as Mermaid, SVG or an HTML page."""
