"""Training: only what changed, never to the worse. A stand-in for Rasa's command line answers as told."""

import json
import stat
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot import nlu_report, train
from bot.model_store import NLU_DATA, ROOT, Figures, Manifest, ModelStore, digest_of
from bot.train import Rasa, TrainingError, train_if_changed

GOOD, BETTER, BAD = 0.80, 0.90, 0.60
STAND_IN = f"""#!{sys.executable}
import json, pathlib, sys
here = pathlib.Path(__file__).resolve().parent
step = "train" if sys.argv[1] == "train" else "measure"
with (here / "calls").open("a") as calls:
    calls.write(step + "\\n")
told = json.loads((here / "told.json").read_text())
if told.get("fail") == step:
    print("the last line")
    sys.exit(3)
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
if step == "train":
    name = sys.argv[sys.argv.index("--fixed-model-name") + 1]
    (out / f"{{name}}.tar.gz").write_bytes(b"a model")
else:
    tables = {{
        "confusion": ",greet,thanks\\ngreet,3,1\\nthanks,0,2\\n",
        "pairs": "meant,read,count\\ngreet,thanks,1\\n",
        "thresholds": "confidence,share,right\\n0.5,0.8,0.9\\n",
        "misread": "text,meant,read,confidence\\n<b>您好</b>,greet,thanks,0.9\\n",
    }}
    for name, rows in tables.items():
        (out / f"{{name}}.csv").write_text(rows)
    (out / "answers.json").write_text(json.dumps(told.get("answers", {{}})))
    figures = dict(accuracy=0.7, macro_f1=told.get("f1"), disputes=0.625, calibration_error=0.05, examples=100)
    (out / "figures.json").write_text(json.dumps(told.get("report") or figures))
"""


class Stage:
    """A stand-in for Rasa, a store, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "environment" / "bin"
        self.bin.mkdir(parents=True)
        script = self.bin / "rasa"
        script.write_text(STAND_IN)
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        (self.bin / "python").symlink_to("rasa")
        self.store = ModelStore(folder / "models")
        self.reports = folder / "reports"
        self.rasa = Rasa(folder / "environment", self.reports)
        self.tell(f1=GOOD)

    def tell(self, **told: object) -> None:
        """Say how the stand-in answers from now on."""
        (self.bin / "told.json").write_text(json.dumps(told))

    def calls(self) -> list[str]:
        """What was run since the last look."""
        path = self.bin / "calls"
        done = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return done

    def train(self, digest: str, *, force: bool = False) -> int:
        """As `make train` does."""
        return train.train(self.rasa, self.store, digest, force=force)

    def demo(self, digest: str) -> int:
        """As `make demo` does."""
        return train_if_changed(self.rasa, self.store, digest)

    @property
    def used(self) -> str:
        """The model that the link points to."""
        return (self.store.folder / "current.tar.gz").resolve().name.removesuffix(".tar.gz")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A stage without any model."""
    return Stage(tmp_path)


@pytest.mark.parametrize("step", ["train", "measure"])
def test_a_failure_is_said_and_changes_nothing(stage: Stage, step: str) -> None:
    """When Rasa fails, the model in use stays, and the sentence ends with Rasa's own last line."""
    assert stage.train("a1") == 0
    stage.tell(f1=BETTER, fail=step)
    with pytest.raises(TrainingError, match="the last line"):
        stage.train("b2")
    assert stage.used == "a1"


@pytest.mark.parametrize("report", [[], {"macro avg": {}}, {"x": "y"}])
def test_a_report_that_says_nothing_is_no_figure(stage: Stage, report: object) -> None:
    """A report without the figures stops the training; no model is put to use unmeasured."""
    stage.tell(report=report or {"none": 1})
    with pytest.raises(TrainingError, match=r"figures\.json"):
        stage.train("a1")
    assert not (stage.store.folder / "current.tar.gz").exists()


def test_a_better_model_is_not_replaced(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A worse model is refused in one sentence with both figures, also later and by the quick way."""
    stage.train("a1")
    stage.tell(f1=BAD)
    assert stage.train("b2") == 1
    assert "60.0%" in (said := capsys.readouterr().err)
    assert "80.0%" in said
    assert "--force" in said
    assert (stage.demo("b2"), stage.used) == (0, "a1")


def test_harder_examples_do_not_make_a_model_worse(stage: Stage) -> None:
    """Where two models share enough examples, those decide: not the figures over all, which new examples change."""
    shared = {f"例句{number}": 1 for number in range(train.COMPARABLE)}
    stage.tell(f1=GOOD, answers=shared)
    stage.train("a1")
    stage.tell(f1=BAD, answers={**shared, "难的": 0})
    assert (stage.train("b2"), stage.used) == (0, "b2")


def test_examples_read_worse_than_before_refuse(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """A model that misreads what the one in use reads is refused, however good its figures over all."""
    stage.tell(f1=GOOD, answers={f"例句{number}": 1 for number in range(train.COMPARABLE)})
    stage.train("a1")
    stage.tell(f1=BETTER, answers={f"例句{number}": number % 10 > 0 for number in range(train.COMPARABLE)})
    assert (stage.train("b2"), stage.used) == (1, "a1")
    assert "90.0%" in capsys.readouterr().err


def test_force_replaces_it_all_the_same(stage: Stage) -> None:
    """--force puts the worse model to use, without training it again."""
    stage.train("a1")
    stage.tell(f1=BAD)
    stage.train("b2")
    stage.calls()
    assert (stage.train("b2", force=True), stage.used, stage.calls()) == (0, "b2", [])
    assert (stage.demo("b2"), stage.used) == (0, "b2")


def test_chance_is_no_reason_to_refuse(stage: Stage) -> None:
    """What lies within the noise of a cross-validation is as good as before."""
    stage.train("a1")
    stage.tell(f1=GOOD - train.NOISE / 2)
    assert (stage.train("b2"), stage.used) == (0, "b2")


def test_nothing_changed_runs_nothing(stage: Stage) -> None:
    """The same inputs are trained and measured once."""
    stage.train("a1")
    assert stage.calls() == ["train", "measure"]
    assert (stage.train("a1"), stage.demo("a1"), stage.calls()) == (0, 0, [])


def test_the_quick_way_only_trains(stage: Stage) -> None:
    """Without a model of these inputs one is trained and used; it is measured when somebody asks."""
    assert (stage.demo("a1"), stage.used, stage.calls()) == (0, "a1", ["train"])
    assert (stage.train("a1"), stage.used, stage.calls()) == (0, "a1", ["measure"])


def test_a_quick_swap_to_the_worse_is_taken_back(stage: Stage) -> None:
    """A model swapped in unmeasured makes way for the measured better one when it is measured."""
    stage.train("a1")
    stage.demo("b2")
    stage.tell(f1=BAD)
    assert (stage.train("b2"), stage.used) == (1, "a1")
    assert (stage.demo("b2"), stage.used) == (0, "a1")


def test_a_lost_model_is_trained_again(stage: Stage) -> None:
    """Figures without their model do not count as a model."""
    stage.train("a1")
    stage.store.path("a1").unlink()
    stage.calls()
    assert (stage.demo("a1"), stage.calls()) == (0, ["train"])


def test_figures_are_read_from_the_report(stage: Stage) -> None:
    """All intents by accuracy and macro F1, the disputes by the share of their examples that was found."""
    assert stage.rasa.validate() == Figures(accuracy=0.7, macro_f1=GOOD, disputes=0.625, examples=100)


def test_a_measurement_leaves_a_page_to_read(stage: Stage) -> None:
    """In Chinese: the figures, the confusions by their names, the sentences misread, escaped."""
    stage.rasa.validate()
    page = (stage.reports / nlu_report.PAGE).read_text(encoding="utf-8")
    assert [
        each for each in ("70.0%", "<td>问好</td><td>道谢</td>", "75%", "90.0%", "&lt;b&gt;您好") if each not in page
    ] == []


def test_old_models_go(stage: Stage) -> None:
    """A few models stay, always with the one in use."""
    for number in range(6):
        stage.train(f"a{number}")
    assert sorted(path.name for path in stage.store.folder.glob("*.tar.gz")) == [
        *("a3.tar.gz", "a4.tar.gz", "a5.tar.gz", "current.tar.gz"),
    ]


def test_a_manifest_that_cannot_be_read_is_an_empty_one(stage: Stage) -> None:
    """A spoiled manifest costs a training, nothing else."""
    stage.train("a1")
    for text in (
        "",
        "[]",
        '{"current": "a1"}',
        '{"current": "a1", "replaced": "", "figures": {"a1": {}}, "refused": []}',
    ):
        (stage.store.folder / "manifest.json").write_text(text)
        assert stage.store.read() == Manifest()


def test_the_digest_covers_what_a_model_is_made_from(tmp_path: Path) -> None:
    """A changed word, a renamed file or another lock is another digest; a note beside them is not."""
    (tmp_path / "nlu").mkdir()
    for name in ("config.yml", "requirements.lock", "nlu/a.yml"):
        (tmp_path / name).write_text("x")
    first = digest_of(tmp_path)
    (tmp_path / "README.md").write_text("x")
    assert digest_of(tmp_path) == first
    (tmp_path / "nlu" / "a.yml").rename(tmp_path / "nlu" / "b.yml")
    second = digest_of(tmp_path)
    (tmp_path / "requirements.lock").write_text("y")
    assert len({first, second, digest_of(tmp_path)}) == 3


def examples() -> dict[str, list[str]]:
    """The project's examples by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted(NLU_DATA.glob("nlu/**/*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                found.setdefault(block["intent"], []).extend(
                    line.removeprefix("- ") for line in block["examples"].splitlines()
                )
    return found


def test_every_intent_has_enough_examples() -> None:
    """At least 25 examples an intent and 55 a kind of dispute, each once in all the data, of 1 to 120 characters."""
    intents = examples()
    assert {
        name: len(said) for name, said in intents.items() if len(said) < (55 if "dispute_" in name[:8] else 25)
    } == {}
    said = [each for group in intents.values() for each in group]
    assert [each for each, count in Counter(said).items() if count > 1] == []
    assert [each for each in said if not 1 <= len(each) <= 120] == []


def test_all_kinds_of_dispute_have_an_intent() -> None:
    """The kinds that the dialogs know are those that the model tells apart."""
    domain = yaml.safe_load((ROOT / "dialogs" / "domain.yml").read_text(encoding="utf-8"))
    kinds = domain["slots"]["dispute_type"]["values"]
    assert sorted(f"dispute_{kind}" for kind in kinds) == sorted(
        name for name in examples() if name.startswith("dispute_")
    )
