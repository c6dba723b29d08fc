"""A small file of each format, 16 x 16 pixels of one colour.

Those in base64 were written by the encoders that are in use here; the others are put together as their formats say.
"""

import struct
from base64 import b64decode

JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeX"
    "BkeFxlZ2P/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJYD/9k="
)

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAAA1BMVEXIKChQLvxyAAAADElEQVR42mNgIA0AAAAwAAEodEl9AAAAAElFTkSuQmCC"
)

GIF = b64decode("R0lGODdhEAAQAIEAAMgoKAAAAAAAAAAAACwAAAAAEAAQAEAIHQABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFgQEBADs=")

WEBP = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQlCIXpf+BiOh/AAA=")

AVIF = b64decode(
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcG"
    "l0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAKQAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABq"
    "aXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAB"
    "dpcG1hAAAAAAAAAAEAAQQBAoMEAAAAMW1kYXQSAAoJGAz/2iAhoNCAMhoZR4eGIYeeeeaAAAB1hk3a5lrFYQK4avRKwA=="
)

HEIF = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABoAABAAAAAAAAADIAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAA"
    "AADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAA"
    "AChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAOm"
    "1kYXQAAAAuKAGvEyFiY0D1JyL//0Nqf+o8J/2F2WFncrrBW/L6wPZkm8DzqpGegIdppzAVeA=="
)

JP2 = b64decode(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAEAAAABAAAQcHAAAAAAAPY29scgEAAAAAABEAAACVan"
    "AyY/9P/1EAKQAAAAAAEAAAABAAAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAAAQcBAf9SAAwAAAABAAQEBAAB/1wAEEBASEhQSEhQSEhQSEhQ/2QA"
    "JQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAFwAB/5PH1AQFf4CAgID/2Q=="
)

TIFF = b64decode(
    "SUkqAA4AAAD//wAQAQAJAAABAwABAAAAEAAAAAEBAwABAAAAEAAAAAIBAwABAAAAAQAAAAMBAwABAAAABAAAAAYBAwABAAAAAQAAABEBBAABAA"
    "AACAAAABYBAwABAAAAEAAAABcBBAABAAAABQAAABwBAwABAAAAAQAAAAAAAAA="
)

BMP = struct.pack("<2sI4xI", b"BM", 54 + 768, 54) + struct.pack("<IiiHH24x", 40, 16, 16, 1, 24) + bytes(768)
"""BITMAPFILEHEADER, BITMAPINFOHEADER, 24 bits a pixel."""

PSD = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 16, 16, 8, 3) + bytes(3 * 4) + bytes(2) + bytes(768)
"""Version 1, three channels of 8 bits; three empty sections, no compression."""

ICNS = struct.pack(">4sI4sI", b"icns", 16 + len(PNG), b"icp4", 8 + len(PNG)) + PNG
"""One entry that holds a PNG."""

ICO = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(PNG), 22) + PNG
"""One entry that holds a PNG."""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16"/></svg>'

SAMPLES = {
    "jpeg": JPEG,
    "png": PNG,
    "gif": GIF,
    "webp": WEBP,
    "avif": AVIF,
    "heif": HEIF,
    "jp2": JP2,
    "bmp": BMP,
    "tiff": TIFF,
    "psd": PSD,
    "icns": ICNS,
    "ico": ICO,
    "svg": SVG,
}
"""By the format's name in `remote.jobs.KINDS`."""

RIGHTS = b"kept by exiftool"

ORIENTATION = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0x0112, 3, 1, 6, 0)
"""A TIFF header and the one entry of IFD0: to be turned by 90 degrees (Exif 2.3, 4.6.4)."""

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">'
    + RIGHTS
    + b"</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def sideways() -> bytes:
    """A JPEG that lies on its side, with rights in XMP."""
    return JPEG[:2] + app1(b"Exif\0\0" + ORIENTATION) + app1(b"http://ns.adobe.com/xap/1.0/\0" + XMP) + JPEG[2:]


def app1(payload: bytes) -> bytes:
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload


def text(family: str) -> bytes:
    """An SVG with a word in a font."""
    return SVG.replace(b"<rect", f'<text y="12" font-family="{family}">a</text><rect fill="none"'.encode())
