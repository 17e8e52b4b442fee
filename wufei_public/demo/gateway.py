"""Pillow: paints a scene as a photo, with sky, grain and the light of its day."""

from functools import cache
from io import BytesIO
from typing import Any

from wufei_public.demo.rules.scenes import HORIZON, LIGHTS, Light, Scene

WIDTH, HEIGHT = 1120, 840
QUALITY = 88


def paint(scene: Scene) -> bytes:
    """Return the picture of `scene` as a JPEG."""
    from PIL import ImageDraw, ImageFilter

    light = LIGHTS[scene.light]
    left, top, right, bottom = scene.window
    image = _sky(light, (HORIZON - top) / (bottom - top))
    draw = ImageDraw.Draw(image, "RGBA")
    for shape in scene.shapes():
        points = [
            ((x - left) / (right - left) * WIDTH, (y - top) / (bottom - top) * HEIGHT)
            for x, y in shape.points
        ]
        draw.polygon(points, fill=(*shape.colour, shape.alpha))
    image = image.filter(ImageFilter.BoxBlur(0.8))
    buffer = BytesIO()
    _graded(_grained(image), light).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _sky(light: Light, horizon: float) -> Any:
    from PIL import Image

    column = Image.new("RGB", (1, HEIGHT))
    end = max(1.0, horizon * HEIGHT)
    for y in range(HEIGHT):
        share = min(1.0, y / end)
        colour = [int(a + (b - a) * share) for a, b in zip(light.top, light.low, strict=True)]
        column.putpixel((0, y), tuple(colour))
    return column.resize((WIDTH, HEIGHT))


def _grained(image: Any) -> Any:
    """Return `image` with coarse patches, as ground has, and the fine noise of a sensor."""
    from PIL import ImageChops

    return ImageChops.add(image, _grain(), 1.0, -128)


@cache
def _grain() -> Any:
    from PIL import Image, ImageChops

    whole = Image.new("L", (WIDTH, HEIGHT), 128)
    for scale, strength in ((28, 7), (7, 6), (2, 7)):
        noise = Image.effect_noise((WIDTH // scale, HEIGHT // scale), strength)
        noise = noise.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        whole = ImageChops.add(whole, noise, 1.0, -128)
    return Image.merge("RGB", [whole] * 3)


def _graded(image: Any, light: Light) -> Any:
    """Return `image` in its light: tinted, darker at the rim, much darker behind a flash."""
    from PIL import Image, ImageChops

    rim = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    loss, least = (0.85, 26) if light.flash else (0.34, 60)
    rim = rim.point([max(least, int(255 - value * loss)) for value in range(256)])
    tinted = Image.merge(
        "RGB",
        [
            band.point([min(255, int(value * factor)) for value in range(256)])
            for band, factor in zip(image.split(), light.tint, strict=True)
        ],
    )
    return ImageChops.multiply(tinted, Image.merge("RGB", [rim] * 3))


def paint_paper() -> bytes:
    """Return the picture of a sheet with lines and a round red seal: a letter, or a receipt."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (600, 840), (248, 246, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((170, 80, 430, 104), fill=(70, 70, 76))
    for line in range(12):
        right = 330 if (line + 1) % 4 == 0 else 530
        draw.rectangle((70, 160 + line * 38, right, 168 + line * 38), fill=(150, 150, 156))
    draw.ellipse((360, 640, 520, 800), outline=(196, 40, 40), width=7)
    draw.regular_polygon((440, 720, 34), 5, fill=(196, 40, 40))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
