"""Searching settings with Optuna: the config says what to try, the trials are kept, the winner is written as a config.

Each trial is an ordinary run up to its dev score, without export; one that lags behind the median of the others at the
same epoch is given up early. The search goes on where it stopped.
"""

import logging
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import optuna
from transformers import TrainerCallback

from zawiya import config
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.files import held

from .run import learn, prepare
from .saving import save_settings
from .settings import Choice, TrainSettings
from .sources import load_split

log = logging.getLogger(__name__)

#: The search's trials, kept beside its winner.
STUDY = "study.db"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found.

    :param values: the winner's settings by dotted name.
    :param score: its dev score.
    :param finished: trials that came to their end, those of earlier calls included; ``given_up`` those that did not.
    :param config: the winner as a file that ``zawiya train`` takes.
    """

    values: Mapping[str, Any]
    score: float
    finished: int
    given_up: int
    config: Path


def tune(settings: TrainSettings, *, trials: int) -> Tuned:
    """Try settings until there are ``trials`` of them, those of earlier calls included, and write the best as a config.

    :raises FaultsError: with everything wrong in ``search``.
    :raises ZawiyaError: when another search is at work in ``out``, or no trial came to its end.
    """
    _check(settings)
    out = Path(settings.out) / "tune"
    with held(out):
        return _found(settings, out, trials)


def _found(settings: TrainSettings, out: Path, trials: int) -> Tuned:
    ready = prepare(settings, load_split(settings.data))
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    smaller = settings.trainer.metric == "loss"
    study = optuna.create_study(
        # settings or data that differ are another search
        study_name=sha256(f"{ready.learn.key} {ready.dev.key} {replace(settings, out='')!r}".encode()).hexdigest(),
        storage=f"sqlite:///{out / STUDY}",
        direction="minimize" if smaller else "maximize",
        sampler=optuna.samplers.TPESampler(seed=settings.trainer.seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
        load_if_exists=True,
    )

    def objective(trial: optuna.Trial) -> float:
        values = {name: _drawn(trial, name, choice, settings) for name, choice in settings.search.items()}
        tried = with_values(settings, values)
        folder = out / f"trial-{trial.number}"
        try:
            fitted = learn(tried, ready, folder, [_Pruning(trial, settings.trainer.metric)])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        log.info("trial %d: %.4f %s", trial.number, fitted.score, values)
        return fitted.score

    over = {optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED}
    done = sum(trial.state in over for trial in study.trials)
    if done < trials:
        study.optimize(objective, n_trials=trials - done)
    states = [trial.state for trial in study.trials]
    if optuna.trial.TrialState.COMPLETE not in states:
        raise ZawiyaError("no trial came to its end; ask for more with --trials")
    winner = replace(with_values(settings, study.best_params), search={})
    path = out / "best.yaml"
    save_settings(winner, path)
    return Tuned(
        values=study.best_params,
        score=study.best_value,
        finished=states.count(optuna.trial.TrialState.COMPLETE),
        given_up=states.count(optuna.trial.TrialState.PRUNED),
        config=path,
    )


def with_values(settings: TrainSettings, values: Mapping[str, Any]) -> TrainSettings:
    """Settings with others laid over them by dotted name, checked like a file's."""
    written = asdict(settings)  # type: ignore[call-overload]
    merged = config.override(written, [f"{name}={value}" for name, value in values.items()])
    return config.parse(TrainSettings, merged, source="search")


def _check(settings: TrainSettings) -> None:
    faults = []
    if settings.model.kind != "encoder":
        faults.append(f"`model.kind`: expected encoder, found {settings.model.kind}; the baseline has nothing to tune")
    if not settings.search:
        faults.append("`search`: expected settings to try, found none; see configs/train/default.yaml")
    for name, choice in settings.search.items():
        if not name.startswith(("trainer.", "model.dropout")):
            faults.append(f"`search.{name}`: expected a setting of the trainer or model.dropout")
            continue
        if (choice.low is None or choice.high is None or choice.low > choice.high) == (not choice.values):
            faults.append(f"`search.{name}`: expected either low and high, in this order, or values")
            continue
        if choice.log and choice.low is not None and choice.low <= 0:
            faults.append(f"`search.{name}`: expected low above 0 to draw over magnitudes, found {choice.low:g}")
            continue
        for value in choice.values or (choice.low, choice.high):
            try:
                with_values(settings, {name: value})
            except FaultsError as error:
                faults += error.faults
    if faults:
        raise FaultsError("search", faults)


def _drawn(trial: optuna.Trial, name: str, choice: Choice, settings: TrainSettings) -> Any:  # noqa: ANN401 - a value of any setting
    if choice.values:
        return trial.suggest_categorical(name, list(choice.values))
    low, high = float(choice.low or 0.0), float(choice.high or 0.0)
    if _whole(settings, name, low, high):
        return trial.suggest_int(name, int(low), int(high), log=choice.log)
    return trial.suggest_float(name, low, high, log=choice.log)


def _whole(settings: TrainSettings, name: str, low: float, high: float) -> bool:
    """Whether a setting that takes both ends takes no fraction between them."""
    if not (low.is_integer() and high.is_integer()) or low == high:
        return False
    try:
        with_values(settings, {name: low + 0.5})
    except FaultsError:
        return True
    return False


class _Pruning(TrainerCallback):
    """Reports the dev score of each epoch, and gives a trial up that lags behind."""

    def __init__(self, trial: optuna.Trial, metric: str) -> None:
        self._trial = trial
        self._metric = f"eval_{metric}"

    def on_evaluate(self, arguments: Any, state: Any, control: Any, metrics: Any = None, **rest: Any) -> None:  # noqa: ANN401, ARG002
        self._trial.report(metrics[self._metric], round(state.epoch))
        if self._trial.should_prune():
            raise optuna.TrialPruned
