"""The words: frozen records that rooms hand to each other; no input, no output.

Import a record from the module that defines it (``from panah.model.claim import Claim``); importing this
package loads nothing, so that a step that needs two records pays for two.
"""
