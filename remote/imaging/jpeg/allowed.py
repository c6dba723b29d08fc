"""The metadata that `prepare_jpeg` keeps. Whatever is not in these tables is gone.

Left out on purpose: GPS, maker notes, thumbnails, captions, keywords, comments, serial numbers, the owner's name,
unique identifiers, and time zone offsets, which tell a country.
"""

from typing import NamedTuple

ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 2, 3, 4, 5, 7, 10
"""Types of EXIF 2.32, section 4.6.2."""

WHOLE = (SHORT, LONG)


class Tag(NamedTuple):
    """One EXIF tag that may stay, with the types and the number of values it may have."""

    name: str
    types: tuple[int, ...]
    most: int
    reason: str


NAME, NOTICE, STAMP = 128, 1024, 20
"""Bytes of text: the name of a thing, a notice by a person, ``YYYY:MM:DD HH:MM:SS``."""

IMAGE = {
    0x010F: Tag("Make", (ASCII,), NAME, "camera"),
    0x0110: Tag("Model", (ASCII,), NAME, "camera"),
    0x011A: Tag("XResolution", (RATIONAL,), 1, "size in print"),
    0x011B: Tag("YResolution", (RATIONAL,), 1, "size in print"),
    0x0128: Tag("ResolutionUnit", (SHORT,), 1, "size in print"),
    0x0132: Tag("DateTime", (ASCII,), STAMP, "when it was changed"),
    0x013B: Tag("Artist", (ASCII,), NOTICE, "who made it"),
    0x0213: Tag("YCbCrPositioning", (SHORT,), 1, "where chroma samples lie"),
    0x8298: Tag("Copyright", (ASCII,), NOTICE, "whose it is"),
}
"""IFD0."""

EXPOSURE = {
    0x829A: Tag("ExposureTime", (RATIONAL,), 1, "exposure"),
    0x829D: Tag("FNumber", (RATIONAL,), 1, "exposure"),
    0x8822: Tag("ExposureProgram", (SHORT,), 1, "exposure"),
    0x8827: Tag("PhotographicSensitivity", WHOLE, 3, "exposure"),
    0x8830: Tag("SensitivityType", (SHORT,), 1, "exposure"),
    0x8832: Tag("RecommendedExposureIndex", (LONG,), 1, "exposure"),
    0x9000: Tag("ExifVersion", (UNDEFINED,), 4, "how to read the others"),
    0x9003: Tag("DateTimeOriginal", (ASCII,), STAMP, "when it was taken"),
    0x9004: Tag("DateTimeDigitized", (ASCII,), STAMP, "when it was taken"),
    0x9201: Tag("ShutterSpeedValue", (SRATIONAL,), 1, "exposure"),
    0x9202: Tag("ApertureValue", (RATIONAL,), 1, "exposure"),
    0x9203: Tag("BrightnessValue", (SRATIONAL,), 1, "exposure"),
    0x9204: Tag("ExposureBiasValue", (SRATIONAL,), 1, "exposure"),
    0x9205: Tag("MaxApertureValue", (RATIONAL,), 1, "lens"),
    0x9207: Tag("MeteringMode", (SHORT,), 1, "exposure"),
    0x9208: Tag("LightSource", (SHORT,), 1, "exposure"),
    0x9209: Tag("Flash", (SHORT,), 1, "exposure"),
    0x920A: Tag("FocalLength", (RATIONAL,), 1, "lens"),
    0x9290: Tag("SubSecTime", (ASCII,), 10, "when it was changed"),
    0x9291: Tag("SubSecTimeOriginal", (ASCII,), 10, "when it was taken"),
    0x9292: Tag("SubSecTimeDigitized", (ASCII,), 10, "when it was taken"),
    0xA001: Tag("ColorSpace", (SHORT,), 1, "what the numbers mean"),
    0xA20E: Tag("FocalPlaneXResolution", (RATIONAL,), 1, "lens"),
    0xA20F: Tag("FocalPlaneYResolution", (RATIONAL,), 1, "lens"),
    0xA210: Tag("FocalPlaneResolutionUnit", (SHORT,), 1, "lens"),
    0xA217: Tag("SensingMethod", (SHORT,), 1, "camera"),
    0xA401: Tag("CustomRendered", (SHORT,), 1, "exposure"),
    0xA402: Tag("ExposureMode", (SHORT,), 1, "exposure"),
    0xA403: Tag("WhiteBalance", (SHORT,), 1, "exposure"),
    0xA404: Tag("DigitalZoomRatio", (RATIONAL,), 1, "lens"),
    0xA405: Tag("FocalLengthIn35mmFilm", (SHORT,), 1, "lens"),
    0xA406: Tag("SceneCaptureType", (SHORT,), 1, "exposure"),
    0xA407: Tag("GainControl", (SHORT,), 1, "exposure"),
    0xA408: Tag("Contrast", (SHORT,), 1, "exposure"),
    0xA409: Tag("Saturation", (SHORT,), 1, "exposure"),
    0xA40A: Tag("Sharpness", (SHORT,), 1, "exposure"),
    0xA432: Tag("LensSpecification", (RATIONAL,), 4, "lens"),
    0xA433: Tag("LensMake", (ASCII,), NAME, "lens"),
    0xA434: Tag("LensModel", (ASCII,), NAME, "lens"),
}
"""The Exif IFD."""

XMP = {
    "http://purl.org/dc/elements/1.1/": ("dc", ("creator", "rights")),
    "http://ns.adobe.com/xap/1.0/rights/": ("xmpRights", ("Marked", "Owner", "UsageTerms", "WebStatement")),
    "http://creativecommons.org/ns#": ("cc", ("license", "attributionName", "attributionURL")),
    "http://ns.adobe.com/photoshop/1.0/": ("photoshop", ("Credit", "Source")),
}
"""Author, rights and licence: by namespace, exiftool's name for it and the properties."""

IPTC = {80: "By-line", 110: "Credit", 115: "Source", 116: "CopyrightNotice"}
"""Author and rights: datasets of record 2 (IPTC IIM 4.2) with exiftool's names for them."""

EXIFTOOL_TAGS = (
    *(f"XMP-{group}:{name}" for group, names in XMP.values() for name in names),
    *(f"IPTC:{name}" for name in IPTC.values()),
)
