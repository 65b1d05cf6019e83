"""Pictures, voices and other files: those that people send and those that the bot uploads, for three days."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError
from connectors.simulator.ids import Ids

KEPT_FILES = 300
KEPT_BYTES = 64 * 1024 * 1024
LIFETIME_S = 3 * 86400
LARGEST_BYTES = {"image": 10_485_760, "voice": 2_097_152, "video": 10_485_760, "thumb": 65_536}
MEDIA_ID_LENGTH = 64
SAMPLES = Path(__file__).parent / "page" / "samples"
SILENT_FRAME = b"\x3c" + bytes(31)
FRAMES_A_SECOND = 50
PICTURE_MARKS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp"}


@dataclass(frozen=True)
class Media:
    """One file with its type and the time when it came."""

    media_id: str
    kind: str
    content: bytes
    content_type: str
    born: float


class MediaStore:
    """Keeps files by id; the oldest go when there are too many or too large ones."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._files: OrderedDict[str, Media] = OrderedDict()
        self._bytes = 0

    def add(self, kind: str, content: bytes, content_type: str) -> Media:
        """Keep a file, or raise 40004 (type), 41005 (empty), 40006 (too large)."""
        if kind not in LARGEST_BYTES:
            raise ApiError(40004)
        if not content:
            raise ApiError(41005)
        if len(content) > LARGEST_BYTES[kind]:
            raise ApiError(40009 if kind == "image" else 40006)
        media = Media(self._ids.letters(MEDIA_ID_LENGTH), kind, content, content_type, self._clock.now())
        self._files[media.media_id] = media
        self._bytes += len(content)
        while len(self._files) > KEPT_FILES or self._bytes > KEPT_BYTES:
            _, oldest = self._files.popitem(last=False)
            self._bytes -= len(oldest.content)
        return media

    def get(self, media_id: str) -> Media:
        """Find a file, or raise 40007: unknown, or older than three days."""
        media = self._files.get(media_id)
        if media is None or self._clock.now() - media.born > LIFETIME_S:
            raise ApiError(40007)
        return media


def picture_type(content: bytes) -> str | None:
    """Tell a picture's content type by its first bytes; None for anything else."""
    return next((kind for mark, kind in PICTURE_MARKS.items() if content.startswith(mark)), None)


def sample_names() -> list[str]:
    """List the built-in sample pictures."""
    return sorted(path.stem for path in SAMPLES.glob("*.jpg"))


def sample(name: str) -> bytes | None:
    """Read a built-in sample picture; None if there is none of that name."""
    return (SAMPLES / f"{name}.jpg").read_bytes() if name in sample_names() else None


def silent_voice(seconds: int) -> bytes:
    """Make an AMR file of silence, which is what the simulator's people say aloud."""
    return b"#!AMR\n" + SILENT_FRAME * (seconds * FRAMES_A_SECOND)
