"""The craft, pure: bytes and options in, bytes and facts out.

::

    bytes -> sniff -> limits -> decode -> Picture -> (resize, crop, ...) -> Picture -> encode -> bytes

Nothing here knows of HTTP, of processes or of the environment.
"""
