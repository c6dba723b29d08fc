"""The service one writes in an afternoon with Flask and Pillow, for the comparison: correct, and no more."""

import base64
import io

from flask import Flask, Response, jsonify, request
from PIL import Image, ImageOps

app = Flask(__name__)
SIDES = (24, 48, 73, 128, 256, 512)


def upright() -> Image.Image:
    return ImageOps.exif_transpose(Image.open(request.files["file"].stream))


def encoded(image: Image.Image, format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **({"quality": 80} if format == "JPEG" else {}))
    return out.getvalue()


@app.get("/ping")
def ping() -> str:
    return "pong"


@app.post("/images/fit/<int:box>")
def fit(box: int) -> Response:
    format = Image.open(request.files["file"].stream).format or "PNG"
    image = upright()
    image.thumbnail((box, box), Image.Resampling.LANCZOS)
    return Response(encoded(image, format), content_type="application/octet-stream")


@app.post("/images/prepare_jpeg")
def prepare_jpeg() -> Response:
    return Response(encoded(upright(), "JPEG"), content_type="image/jpeg")


@app.post("/images/rescale_avatar")
def avatars() -> Response:
    image = upright()
    sides = [side for side in SIDES if side <= max(73, *image.size)]
    files = {side: encoded(ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS), "PNG") for side in sides}
    return jsonify({f"avatar{side}": base64.b64encode(file).decode() for side, file in files.items()})
