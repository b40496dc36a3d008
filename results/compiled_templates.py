"""Keeps HTML templates compiled between commands: compiling those of a page takes longer than filling them."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from eventfolio.engine.files import cache_folder, write_cache

_DIGEST = 32  # bytes


class CompiledTemplates(BytecodeCache):
    """Code that jinja made of templates, each in a file under a hash of all that decides it, after its own hash.

    made_with : text of what decides it beside the template, its place, jinja's version and Python's bytecode
    """

    def __init__(self, made_with: str) -> None:
        self._made_with = f"{version('jinja2')} {MAGIC_NUMBER.hex()} {made_with}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` where its code is kept and whole."""
        try:
            kept = self._path(bucket).read_bytes()
        except OSError:
            return
        if hashlib.sha256(kept[_DIGEST:]).digest() == kept[:_DIGEST]:
            bucket.bytecode_from_string(kept[_DIGEST:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        code = bucket.bytecode_to_string()
        write_cache(self._path(bucket), lambda file: file.write(hashlib.sha256(code).digest() + code))

    def _path(self, bucket: Bucket) -> Path:
        key = hashlib.sha256(f"{bucket.key} {bucket.checksum} {self._made_with}".encode()).hexdigest()[:32]
        return cache_folder() / "templates" / f"{key}.bin"
