"""Packages that are kept: saved, compared as columns, renamed, thrown away."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
