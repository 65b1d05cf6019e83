"""The classifier: the same whenever it is made, no worse than it was, and the one that is served."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from aiohttp import ClientSession

from bot import nlu_environment
from bot.model_store import CURRENT, NLU_DATA, ROOT, ModelStore
from connectors.local import rasa_server
from connectors.rasa import fold
from nlu_data.classifier.text import pieces, plain

KEPT_FLOOR = 0.75
"""Of our own sentences that are no examples; the model reads about nine in ten of them."""
SEEN_FLOOR = 0.95
ROWS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "kept_rows.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("欠我３０００元！！！", "欠我0元"),
        ("欠我3,000.50元", "欠我0 0 0元"),
        ("老闆欠薪，請幫幫我", "老板欠薪 请帮帮我"),
        ("哈哈哈哈哈", "哈哈"),
        ("  ＯＫ  ok\n", "ok ok"),
        ("😀", ""),
        ("", ""),
        ("著作权", "著作权"),
    ],
)
def test_what_the_classifier_sees_of_a_text(text: str, seen: str) -> None:
    """Width, script, case, numbers, signs and long cries make no difference."""
    assert plain(text) == seen


def test_pieces_know_where_a_text_begins_and_ends() -> None:
    """Runs of one and two characters, the borders among them."""
    assert pieces("谢谢", range(1, 3)) == {"^": 1, "谢": 2, "$": 1, "^谢": 1, "谢谢": 1, "谢$": 1}


def measure(data: Path, out: Path, seed: str) -> dict[str, bytes]:
    """Measure in Rasa's environment; the tables by their names."""
    python = nlu_environment.ensure() / "bin" / "python"
    options = ["--quick", "--data", str(data), "--out", str(out)]
    command = [str(python), "-m", "nlu_data.classifier.measure", *options]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in {".csv", ".json"}}


def test_the_same_examples_give_the_same_figures(tmp_path: Path) -> None:
    """Every table is the same, byte for byte, in another process with another order of its sets and of its files."""
    data = tmp_path / "nlu_data"
    shutil.copytree(NLU_DATA / "words", data / "words")
    shutil.copy(NLU_DATA / "config.yml", data)
    (data / "nlu").mkdir()
    shutil.copy(NLU_DATA / "nlu" / "smalltalk.yml", data / "nlu" / "a.yml")
    shutil.copy(NLU_DATA / "nlu" / "disputes" / "traffic.yml", data / "nlu" / "b.yml")
    shutil.copy(NLU_DATA / "nlu" / "words" / "traffic.yml", data / "nlu" / "c.yml")
    first = measure(data, tmp_path / "first", "1")
    (data / "nlu" / "a.yml").rename(data / "nlu" / "z.yml")
    assert measure(data, tmp_path / "second", "2") == first
    assert json.loads(first["figures.json"])["accuracy"] > 0.5
    assert len(first) == 8


async def test_training_serves_what_it_made(rasa_url: str) -> None:
    """The model put to use by training is what the server has loaded, and what a local run gives to its server."""
    async with ClientSession() as http, http.get(f"{rasa_url}/status") as response:
        served = Path((await response.json())["model_file"])
    assert served.name == CURRENT.name
    assert CURRENT.resolve() == ModelStore().path(ModelStore().read().current)
    assert str(CURRENT.relative_to(ROOT)) in rasa_server.command(5005)


async def test_sentences_that_are_no_examples_are_read(rasa_url: str) -> None:
    """Of sentences of our own that the model has not seen it reads most, each as a dispute of its kind."""
    said = {text: kind for kind, texts in ROWS.items() for text in texts}
    examples = "\n".join(path.read_text(encoding="utf-8") for path in (NLU_DATA / "nlu").glob("**/*.yml"))
    assert [text for text in said if f"- {text}\n" in examples] == []
    read = [await kind_of(rasa_url, text) == kind for text, kind in said.items()]
    assert sum(read) / len(read) >= KEPT_FLOOR


async def test_a_polite_opening_says_nothing(rasa_url: str) -> None:
    """A long story is read alike with and without its greeting; a greeting alone is one."""
    story = "楼上漏水把我家新装的天花板全泡坏了，找了几次都不认账"
    assert await kind_of(rasa_url, f"您好，请问{story}") == await kind_of(rasa_url, story) is not None
    assert await kind_of(rasa_url, "您好") is None


async def test_examples_are_read(rasa_url: str) -> None:
    """Sentences that the model was made from are read as what they are: it holds today's data."""
    (block,) = yaml.safe_load((NLU_DATA / "nlu" / "disputes" / "traffic.yml").read_text(encoding="utf-8"))["nlu"]
    said = [line.removeprefix("- ") for line in block["examples"].splitlines()]
    read = [await kind_of(rasa_url, text) == "traffic" for text in said]
    assert sum(read) / len(read) >= SEEN_FLOOR


async def kind_of(url: str, text: str) -> object:
    """The kind of dispute that Rasa reads, if any; its probabilities sum to one."""
    async with ClientSession() as http, http.post(f"{url}/model/parse", json={"text": text}) as response:
        answer = await response.json()
    assert sum(each["confidence"] for each in answer["intent_ranking"]) == pytest.approx(1, abs=1e-3)
    return next((entity.value for entity in fold(answer).entities), None)
