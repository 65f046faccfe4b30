"""Pictures: every pixel is drawn onto a new canvas, which has nothing else.

Not a re-save: Pillow keeps comments, profiles and more in an image's ``info`` and writes them again. What was turned by
its orientation tag is turned; what has a colour profile is converted to sRGB, since the profile itself says which
device it was.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps, ImageSequence

from panah.errors import Refused, Unreadable

MOST_PIXELS: Final = 50_000_000
MOST_FRAMES: Final = 500
_FORMAT: Final = {
    "jpeg": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "tiff": "TIFF",
    "heic": "JPEG",
    "avif": "JPEG",
}
_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 92, "subsampling": 0},
    "PNG": {"optimize": False},
    "GIF": {},
    "WEBP": {"quality": 92, "method": 4, "exact": False},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}


def drawn_anew(code: str, data: bytes) -> bytes:
    """A picture, or a sequence of pictures, of the same pixels.

    Raises:
        Refused: It has too many pixels or pictures.
        Unreadable: It is damaged.
    """
    if code == "heic":
        from pi_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data)) as image:
            frames, times = _frames(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too many pixels", hint="make it smaller first") from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        ArithmeticError,
        LookupError,
        AttributeError,
        TypeError,
        RuntimeError,
    ) as error:
        raise Unreadable("the picture is damaged") from error
    return _written(_FORMAT[code], frames, times)


def _frames(image: Image.Image) -> tuple[list[Image.Image], list[int]]:
    if getattr(image, "n_frames", 1) > MOST_FRAMES:
        raise Refused(f"more than {MOST_FRAMES} pictures in one file", hint="cut out what is to be shared")
    frames, times, left = [], [], MOST_PIXELS * 4
    for frame in _each(image):
        left -= frame.width * frame.height
        if left < 0:
            raise Refused("too many pixels in all its pictures", hint="cut out what is to be shared")
        times.append(int(frame.info.get("duration") or 0))
        frames.append(_on_new_canvas(frame))
    return frames, times


def _each(image: Image.Image) -> Iterator[Image.Image]:
    # a camera's JPEG may hold previews as further pictures
    if image.format in {"JPEG", "MPO", "HEIF", "AVIF", "PNG"} or getattr(image, "n_frames", 1) == 1:
        yield image
        return
    yield from ImageSequence.Iterator(image)


def _on_new_canvas(frame: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(frame, in_place=True)
    seen = _in_srgb(frame)
    canvas = Image.new(seen.mode, seen.size)
    canvas.paste(seen)
    canvas.info.clear()
    return canvas


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    wanted = "RGBA" if has_alpha else "L" if image.mode in {"1", "L", "I", "I;16", "F"} else "RGB"
    if profile and image.mode in {"RGB", "CMYK", "RGBA", "LAB"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            alpha = image.getchannel("A") if image.mode == "RGBA" else None
            opaque = image.convert("RGB") if alpha else image
            seen = ImageCms.profileToProfile(opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            assert seen is not None, "not in place"
            if alpha is not None:
                seen.putalpha(alpha)
            return seen
        except (ImageCms.PyCMSError, OSError):
            """A broken profile: the numbers are shown as they are."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    return image if image.mode == wanted else image.convert(wanted)


def _written(name: str, frames: list[Image.Image], times: list[int]) -> bytes:
    if name == "JPEG":
        frames = [frames[0].convert("RGB") if frames[0].mode != "L" else frames[0]]
    out, settings = io.BytesIO(), dict(_SETTINGS[name])
    first, rest = frames[0], frames[1:]
    if rest:
        settings |= {"save_all": True, "append_images": rest}
        if name in {"GIF", "WEBP"}:
            settings |= {"duration": times, "loop": 0}
    # a dictionary of the image's own is a way in for what was there before
    assert not any(frame.info for frame in frames), "a new canvas has nothing but pixels"
    first.save(out, name, **settings)
    return out.getvalue()


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, by its own header.

    Raises:
        Unreadable: It has none.
    """
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in {0xC0, 0xC1, 0xC2}:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise Unreadable("the picture is damaged")
