"""The classifier as a component of Rasa's pipeline: the only file of ours that imports Rasa."""

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu_data.classifier.learner import Learner, Settings
from nlu_data.classifier.reader import Reader
from nlu_data.classifier.scanner import OPENINGS, Scanner
from nlu_data.classifier.sources import dictionary

RANKING = "intent_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearClassifier(IntentClassifier, GraphComponent):
    """Intents by one linear model over pieces and words."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, reader: Reader | None = None
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._reader = reader

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearClassifier":
        """An untrained one."""
        del execution_context
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,  # noqa: ANN401 - Rasa's own signature
    ) -> "LinearClassifier":
        """A trained one."""
        del execution_context
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Reader.open(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and keep what was learned."""
        examples = [(each.get(TEXT), each.get(INTENT)) for each in training_data.intent_examples]
        lists = {each["name"]: each["elements"] for each in training_data.lookup_tables}
        settings = Settings.of(self._config)
        words = dictionary(Path(self._config["dictionary_path"]))
        scanner = Scanner(settings.sizes, lists.get(OPENINGS, ()), words)
        self._reader = Learner(settings, scanner, lists).learn(examples)
        with self._storage.write_to(self._resource) as folder:
            self._reader.write(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Give messages their intent and its runners-up."""
        for message in messages:
            if self._reader is None:
                continue
            ranked = self._reader.read(message.get(TEXT) or "")
            ranking = [{"name": name, "confidence": chance} for name, chance in ranked]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages
