"""Codewords: two plain words that tell one case from another at a glance, and say nothing about any (TRUST.md 4.2).

No colour that people have, no first name, no place in London, no drug, weapon or street word, nothing that could be
said of a child.
"""

import secrets
from collections.abc import Collection


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    """Alpine Bamboo Braided Bronze Canvas Carved Cedar Ceramic Checked Chrome Circular Citrus Cloudy Cobalt
    Copper Cotton Crimson Curved Dotted Electric Embroidered Emerald Enamel Felt Floral Folded Frosted Gilded
    Glazed Granite Harbour Harvest Knitted Lacquered Lemon Lilac Linen Lunar Magenta Mahogany Maple Marble
    Meadow Morning Mosaic Mountain Ochre Orchard Painted Patterned Pewter Pine Polished Porcelain Prairie
    Quartz Quilted Rainy Satin Silken Silver Solar Spiral Spring Striped Sunlit Tartan Teak Tidal Timber
    Turquoise Velvet Walnut Wicker Windy Winter Woollen Woven"""
)
SECOND = _words(
    """Acorn Almanac Anchor Apricot Archway Atlas Balcony Barometer Basket Beacon Bicycle Bookcase Bridge
    Calendar Candle Canoe Cello Chimney Clock Compass Cushion Daffodil Dial Domino Easel Engine Envelope Feather
    Ferry Flagstone Flute Footbridge Fountain Gable Galley Gazebo Globe Greenhouse Hammock Harp Hedgerow Helmet
    Inkwell Jigsaw Kayak Keyboard Ladder Lantern Lighthouse Lobster Locket Magnet Mandolin Map Meteor Mirror
    Nutmeg Oboe Orbit Otter Paddle Parasol Pavilion Pebble Pelican Pendulum Piano Pinecone Planet Postcard
    Puffin Pyramid Quill Radio Ribbon Saddle Sailboat Saucer Seashell Signpost Sparrow Stopwatch Sundial Teapot
    Telescope Thimble Thistle Toboggan Tractor Trellis Trombone Trumpet Tugboat Turret Umbrella Viaduct Wagon
    Weathervane Wheelbarrow Windmill Xylophone Yacht"""
)


def new_codeword(taken: Collection[str]) -> str:
    """By chance, so that nothing about a case can be read from it; never one that this agency knows already."""
    while (found := f"{secrets.choice(FIRST)} {secrets.choice(SECOND)}") in taken:
        pass
    return found
