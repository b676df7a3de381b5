import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "endpoints_table.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("endpoints_table", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_the_code_has(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.table(), (
        "run scripts/endpoints_table.py"
    )


def test_every_call_of_imgurs_is_there_or_left_out_for_a_reason(script: ModuleType) -> None:
    here = {script.shape(one.call) for one in script.implemented()}
    known = {script.shape(call) for call in script.known()}
    left_out = {script.shape(call) for call in script.LEFT_OUT}
    assert known - here == left_out
    assert all(script.LEFT_OUT.values())


def test_every_call_in_the_code_is_one_of_imgurs(script: ModuleType) -> None:
    known = {script.shape(call) for call in script.known()}
    assert {script.shape(one.call) for one in script.implemented()} <= known


def test_no_call_is_listed_twice(script: ModuleType) -> None:
    shapes = [script.shape(call) for call in script.known()]
    assert len(shapes) == len(set(shapes))
