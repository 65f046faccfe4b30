"""A report or submission: incidents with their claims, sources, denials and evidence, as HTML and PDF.

(This room is being built by the lead; helper pages goes on to web/desk and web/front.)
"""
