"""Which format a file is: its bytes decide, right where libmagic errs too."""

import gzip
import io
import struct

import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import EVERY_FORMAT, saved, scene, svg

SVG = svg().decode()


def format_of(client: Client, data: bytes, **more: object) -> str:
    answer = client.post("/images/info", data, **more)
    return str(answer.json.get("format") or answer.json["code"])


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_name_and_declared_type_mean_nothing(client: Client, name: str) -> None:
    file = (io.BytesIO(EVERY_FORMAT[name]), "lies.jpg", "text/html")
    answer = client.http.post("/images/info", data={"file": file})
    assert answer.json["format"] == name


def with_brands(data: bytes, major: bytes, *compatible: bytes) -> bytes:
    """The file with another ftyp box of the same length; what does not fit is filled with its last brand."""
    length = int.from_bytes(data[:4])
    places = (length - 16) // 4
    brands = (list(compatible) + [compatible[-1]] * places)[:places]
    return data[:8] + major + data[12:16] + b"".join(brands) + data[length:]


@pytest.mark.parametrize("major", [b"mif1", b"msf1", b"mif2", b"mif3", b"miaf", b"tmap", b"1pic"])
def test_a_container_brand_with_an_avif_brand_is_avif(client: Client, major: bytes) -> None:
    assert format_of(client, with_brands(EVERY_FORMAT["avif"], major, b"avif")) == "avif"


@pytest.mark.parametrize("major", [b"MA1A", b"MA1B", b"avio"])
def test_profile_brands_of_avif_are_avif(client: Client, major: bytes) -> None:
    assert format_of(client, with_brands(EVERY_FORMAT["avif"], major, b"avif", b"mif1")) == "avif"


@pytest.mark.parametrize("major", [b"heic", b"heix", b"heim", b"heis", b"mif1", b"MiHE", b"msf1", b"1pic"])
def test_brands_of_heif_are_heif(client: Client, major: bytes) -> None:
    assert format_of(client, with_brands(EVERY_FORMAT["heif"], major, b"heic", b"mif1")) == "heif"


@pytest.mark.parametrize("side", [16, 64, 256])
def test_an_ico_with_one_png_is_an_ico(client: Client, side: int) -> None:
    assert format_of(client, saved(scene(side, side), "ICO", sizes=[(side, side)])) == "ico"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n   " + SVG,
        "<!-- made by hand -->" * 200 + SVG,
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a --> <!-- b -->\n' + SVG,
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + SVG,
        SVG.replace("<svg ", "<s:svg ").replace("</svg>", "</s:svg>").replace("xmlns=", "xmlns:s="),
    ],
)
def test_an_svg_is_one_after_white_space_comments_and_declarations(client: Client, text: str) -> None:
    assert format_of(client, text.encode()) == "svg"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_svg_may_have_a_byte_order_mark_or_be_utf_16(client: Client, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + SVG
    assert format_of(client, declared.encode(encoding)) == "svg"


def test_svgz_is_svg_and_other_gzip_is_not(client: Client) -> None:
    assert format_of(client, gzip.compress(svg())) == "svg"
    assert format_of(client, gzip.compress(b"hello " * 100)) == "unsupported_type"
    assert format_of(client, gzip.compress(svg())[:20]) == "unsupported_type"


@pytest.mark.parametrize(
    "text",
    [
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{SVG}</body></html>',
        f'<?xml version="1.0"?><rss><channel><description>{SVG}</description></channel></rss>',
        f"<!-- {SVG} --><p>hello</p>",
        "svg", "<", "<svgx/>", "<!-- <svg> never closed",
    ],
)  # fmt: skip
def test_a_document_that_holds_an_svg_is_none(client: Client, text: str) -> None:
    assert format_of(client, text.encode()) == "unsupported_type"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"hello, world", "Unable to determine the file type"),
        (b"\x00\x01\x02\x03" * 10, "Unable to determine the file type"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "Files of type application/pdf are not supported"),
        (
            b"8BPS" + struct.pack(">H6xHIIHH", 2, 3, 96, 160, 8, 3),
            "Files of type image/vnd.adobe.photoshop are not supported",
        ),
    ],
)
def test_other_files_are_refused_by_what_they_are(client: Client, data: bytes, message: str) -> None:
    answer = client.post("/images/fit/320", data)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type")
    assert answer.json["message"] == message


def test_only_the_decoder_of_the_recognised_format_sees_the_bytes(client: Client) -> None:
    png_behind_a_gif_signature = b"GIF89a" + saved(Image.new("RGB", (4, 4)), "PNG")
    assert client.post("/images/fit/4", png_behind_a_gif_signature).status_code == 422
