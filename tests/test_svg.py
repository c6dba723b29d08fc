"""SVGs of the real world; nothing is ever fetched."""

import socket
import threading
from contextlib import suppress

import pytest
from PIL import ImageColor

from remote.imaging.decode.mend import plain_colour
from tests.conftest import Client
from tests.similarity import opened

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RED = '<rect width="100" height="100" fill="#f00"/>'


def drawn(client: Client, text: str, box: str = "100") -> "dict[tuple[int, int], tuple[int, ...]]":
    answer = client.post(f"/images/fit/{box}", text.encode())
    assert answer.status_code == 200, answer.text
    image = opened(answer.data).convert("RGBA")
    return {(x, y): image.getpixel((x, y)) for x in range(image.width) for y in range(image.height)}


SHAPES = {
    "percent without a view box": '<svg {0} width="100" height="100">'
    '<rect width="100%" height="100%" fill="#f00"/></svg>',
    "percent with a view box": '<svg {0} viewBox="0 0 100 100"><rect width="100%" height="100%" fill="#f00"/></svg>',
    "percent in a nested one": '<svg {0} width="100" height="100"><svg width="100%" height="100%">'
    '<rect width="100%" height="100%" fill="#f00"/></svg></svg>',
    "only a view box": '<svg {0} viewBox="0 0 100 100">' + RED + "</svg>",
    "a style sheet": '<svg {0} viewBox="0 0 100 100"><style>.a{{fill:#f00}}</style>'
    '<rect class="a" width="100" height="100"/></svg>',
    "use": '<svg {0} viewBox="0 0 100 100"><defs><g id="r">' + RED + '</g></defs><use xlink:href="#r"/></svg>',
    "a gradient": '<svg {0} viewBox="0 0 100 100"><linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" '
    'stop-color="#f00"/></linearGradient><rect width="100" height="100" fill="url(#g)"/></svg>',
    "currentColor": '<svg {0} viewBox="0 0 100 100" color="#f00">'
    '<rect width="100" height="100" fill="currentColor"/></svg>',
    "Latin 1": '<?xml version="1.0" encoding="ISO-8859-1"?><svg {0} viewBox="0 0 100 100">' + RED + "</svg>",
    "Windows 1251": '<?xml version="1.0" encoding="windows-1251"?><svg {0} viewBox="0 0 100 100">' + RED + "</svg>",
    "KOI8-R": '<?xml version="1.0" encoding="KOI8-R"?><svg {0} viewBox="0 0 100 100">' + RED + "</svg>",
    "an import": '<svg {0} viewBox="0 0 100 100"><style>@import url("file:///etc/passwd");</style>' + RED + "</svg>",
    "Illustrator's entities": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd" [\n'
    '<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n<!ENTITY ns_link "http://www.w3.org/1999/xlink">\n'
    '<!ENTITY fill "#f00">]>\n<svg xmlns="&ns_svg;" xmlns:xlink="&ns_link;" viewBox="0 0 100 100">'
    '<rect width="100" height="100" fill="&fill;"/><title>A &amp; B</title></svg>',
    "an entity of entities": "<!DOCTYPE svg [<!ENTITY a '#f'><!ENTITY b \"&a;00\">]><svg {0} viewBox='0 0 100 100'>"
    '<rect width="100" height="100" fill="&b;"/></svg>',
    "an external entity": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {0} viewBox="0 0 100 100">'
    "<text>&x;</text>" + RED + "</svg>",
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_drawn(client: Client, name: str) -> None:
    assert set(drawn(client, SHAPES[name].replace("{0}", NS).replace("{{", "{").replace("}}", "}")).values()) == {
        (255, 0, 0, 255)
    }


PAINTS = {
    'fill="rgb(255, 0, 0)"': (255, 0, 0, 255),
    'fill="rgb(100%, 0%, 0%)"': (255, 0, 0, 255),
    'fill="rgb(255 0 0)"': (255, 0, 0, 255),
    'fill="rgb(255 0 0 / 50%)"': (255, 0, 0, 128),
    'fill="rgba(255, 0, 0, 0.5)"': (255, 0, 0, 128),
    'fill="hsl(240, 100%, 50%)"': (0, 0, 255, 255),
    'fill="hsl(240deg 100% 50% / 0.5)"': (0, 0, 255, 128),
    'fill="#f008"': (255, 0, 0, 136),
    'fill="#ff000088"': (255, 0, 0, 136),
    'fill="rebeccapurple"': (102, 51, 153, 255),
    'fill="red" opacity="50%"': (255, 0, 0, 128),
    'fill="red" fill-opacity="50%"': (255, 0, 0, 128),
    'fill="red" opacity="nonsense"': (255, 0, 0, 255),
    'style="fill: hsl(120 100% 50%); opacity: 50%"': (0, 255, 0, 128),
}


@pytest.mark.parametrize("paint", PAINTS)
def test_paint_of_every_notation(client: Client, paint: str) -> None:
    found = drawn(client, f'<svg {NS} viewBox="0 0 9 9"><rect width="9" height="9" {paint}/></svg>')
    assert all(abs(one - other) <= 1 for one, other in zip(found[4, 4], PAINTS[paint], strict=True)), found[4, 4]


def test_a_colour_is_the_same_the_second_time() -> None:
    before = plain_colour("salmon")
    ImageColor.getrgb("salmon")  # Pillow keeps what it has parsed in its table of names
    assert plain_colour("salmon") == before == "#fa8072"


def test_stops_of_a_gradient_may_be_clear_in_percent(client: Client) -> None:
    stop = '<stop offset="{}" stop-color="#f00" stop-opacity="50%"/>'
    gradient = f'<linearGradient id="g">{stop.format(0)}{stop.format(1)}</linearGradient>'
    found = drawn(client, f'<svg {NS} viewBox="0 0 9 9">{gradient}<rect width="9" height="9" fill="url(#g)"/></svg>')
    assert abs(found[4, 4][3] - 128) <= 1


def test_text_is_drawn_with_a_font(client: Client) -> None:
    found = drawn(client, f'<svg {NS} viewBox="0 0 100 100"><text x="5" y="80" font-size="90">W</text></svg>')
    ink = sum(alpha for *_, alpha in found.values()) / 255
    assert 500 < ink < 5000


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('width="50mm" height="25mm"', (189, 94)),
        ('width="2in"', (192, 192)),
        ('width="10em" height="5em"', (160, 80)),
        ('width="72pt" height="6pc"', (96, 96)),
        ('height="50"', (50, 50)),
        ('width="1e9" height="1e9"', (1000, 1000)),
        ('width="100%" height="50%"', (100, 100)),
        ('width="-5" height="x"', (100, 100)),
    ],
)
def test_sizes_are_those_of_css(client: Client, size: str, expected: tuple[int, int]) -> None:
    found = drawn(client, f'<svg {NS} {size} viewBox="0 0 100 100">{RED}</svg>', "1000")
    assert (max(x for x, _ in found) + 1, max(y for _, y in found) + 1) == expected


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(8))
        + f"]><svg {NS}><text>&i;</text></svg>",
        '<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>' + f"<svg {NS}><text>&a;</text></svg>",
        f'<!DOCTYPE svg [<!ENTITY a "{"a" * 10000}">]><svg {NS}><text>{"&a;" * 10000}</text></svg>',
    ],
    ids=["laughs", "circle", "quadratic"],
)
def test_an_entity_bomb_is_too_complex(client: Client, bomb: str) -> None:
    answer = client.post("/images/fit/100", bomb.encode())
    assert (answer.status_code, answer.json["code"]) == (422, "too_complex")


def test_nothing_is_fetched(client: Client) -> None:
    """A server of our own waits for somebody who comes for an image, a style sheet, a font or a DTD."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        where = f"http://127.0.0.1:{server.getsockname()[1]}/x"

        def wait() -> None:
            with suppress(TimeoutError):
                came.append(server.accept())

        waiter = threading.Thread(target=wait)
        waiter.start()
        text = (
            f'<!DOCTYPE svg SYSTEM "{where}"><svg {NS} viewBox="0 0 100 100"><style>@import url("{where}");'
            f'@font-face {{ font-family: f; src: url("{where}") }}</style>'
            f'<image xlink:href="{where}" width="9" height="9"/>'
            f'<use xlink:href="{where}#a"/><rect width="100" height="100" fill="url({where}#b)"/>{RED}</svg>'
        )
        assert client.post("/images/fit/100", text.encode()).status_code in (200, 422)
        waiter.join()
    assert not came
