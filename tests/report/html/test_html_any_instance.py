"""Every instance that can be solved has a page, in both languages."""

from __future__ import annotations

import json
import re

import pytest
from feasible import *  # noqa: F403
from html_pages import squares
