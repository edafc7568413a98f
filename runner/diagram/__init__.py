"""The data model as a picture: Mermaid, SVG, or one page of HTML."""
