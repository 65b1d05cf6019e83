"""Draws a real QR code of a short address as PNG: version 4, level L, byte mode, mask 0 (ISO/IEC 18004)."""

import struct
import zlib

SIDE = 33
DATA_WORDS = 80
CHECK_WORDS = 20
LONGEST = DATA_WORDS - 3
FORMAT_BITS = 0b111011111000100
"""Level L with mask 0, already with its check bits and its own mask."""
QUIET = 4
SCALE = 10
TIMING = 6
FINDERS = ((0, 0), (0, SIDE - 7), (SIDE - 7, 0))
ALIGNMENT = (26, 26)
FIELD_POLYNOMIAL = 0x11D

Grid = list[list[int | None]]


def png(text: str) -> bytes:
    """Give the picture of a text of up to 77 bytes; longer texts are cut."""
    grid = modules(text)
    edge = (SIDE + 2 * QUIET) * SCALE
    blank = b"\xff" * edge
    rows = [blank] * (QUIET * SCALE)
    for line in grid:
        middle = b"".join((b"\x00" if dark else b"\xff") * SCALE for dark in line)
        margin = b"\xff" * (QUIET * SCALE)
        rows += [margin + middle + margin] * SCALE
    rows += [blank] * (QUIET * SCALE)
    return _png(edge, rows)


def modules(text: str) -> list[list[int]]:
    """Give the 33 × 33 modules, 1 for dark."""
    grid: Grid = [[None] * SIDE for _ in range(SIDE)]
    _draw_patterns(grid)
    words = _with_checks(_data_words(text.encode()[:LONGEST]))
    _fill(grid, [word >> shift & 1 for word in words for shift in range(7, -1, -1)])
    return [[value or 0 for value in line] for line in grid]


def _data_words(data: bytes) -> list[int]:
    bits = f"0100{len(data):08b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    words = [int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8)][:DATA_WORDS]
    filling = [0xEC, 0x11] * DATA_WORDS
    return words + filling[: DATA_WORDS - len(words)]


def _with_checks(words: list[int]) -> list[int]:
    """Put the Reed-Solomon check words behind the data."""
    generator = [1]
    root = 1
    for _ in range(CHECK_WORDS):
        longer = [*generator, 0]
        for at, factor in enumerate(generator):
            longer[at + 1] ^= _times(factor, root)
        generator, root = longer, _times(root, 2)
    rest = words + [0] * CHECK_WORDS
    for at in range(len(words)):
        lead = rest[at]
        for offset, factor in enumerate(generator):
            rest[at + offset] ^= _times(factor, lead)
    return words + rest[len(words) :]


def _times(left: int, right: int) -> int:
    """Multiply in GF(256)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (FIELD_POLYNOMIAL if left & 0x80 else 0)
        right >>= 1
    return product


def _draw_patterns(grid: Grid) -> None:
    for top, left in FINDERS:
        _draw_square(grid, top + 3, left + 3, (1, 1, 0, 1, 0))
    for at in range(8, SIDE - 8):
        grid[TIMING][at] = grid[at][TIMING] = 1 - at % 2
    _draw_square(grid, *ALIGNMENT, (1, 0, 1))
    _draw_format(grid)


def _draw_square(grid: Grid, row: int, column: int, rings: tuple[int, ...]) -> None:
    """Draw rings of one module round a centre; what lies outside the code is left out."""
    reach = len(rings) - 1
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            y, x = row + down, column + right
            if 0 <= y < SIDE and 0 <= x < SIDE:
                grid[y][x] = rings[max(abs(down), abs(right))]


def _draw_format(grid: Grid) -> None:
    for at in range(15):
        bit = FORMAT_BITS >> at & 1
        row = at if at < 6 else at + 1 if at < 8 else SIDE - 15 + at  # noqa: PLR2004 - places fixed by the standard
        grid[row][8] = bit
        column = SIDE - 1 - at if at < 8 else 15 - at if at == 8 else 14 - at  # noqa: PLR2004
        grid[8][column] = bit
    grid[SIDE - 8][8] = 1


def _fill(grid: Grid, bits: list[int]) -> None:
    """Lay the bits in double columns from the right, up and down, each turned over where row + column is even."""
    places = iter(bits)
    upward = True
    for pair in range(SIDE - 1, 0, -2):
        right = pair if pair > TIMING else pair - 1
        for step in range(SIDE):
            row = SIDE - 1 - step if upward else step
            for column in (right, right - 1):
                if grid[row][column] is None:
                    grid[row][column] = next(places, 0) ^ (row + column + 1) % 2
        upward = not upward


def _png(edge: int, rows: list[bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", edge, edge, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", body), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
