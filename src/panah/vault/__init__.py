"""Keys, sealed fields and files, and a custody log that a stranger can check. Knows no case, page or database.

============  ====================================================================
keys          password, member, case and session keys; grants (one face over five small files)
receipt       the reporter's 24 digits and what they open
seal          fields and files become ciphertext; nothing here opens anything
unseal        fields, files and sealed case keys become readable: three modules may import it
notes         a line that one member reads, written without any key
commitment    a digest that says nothing without its salt
custody       one line per act, each holding the hash of the line before it
tree          RFC 9162 hash tree over the lines, with its proofs
checkpoint    size and root of the tree, signed by a key that is not in the database
============  ====================================================================

Promise: what format version 1 sealed or signed, every later version opens and verifies. Every sealed thing
begins with an algorithm byte, so that a cipher can be replaced without guessing.
"""
