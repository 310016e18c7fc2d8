"""Themes of several areas beside each other, without a word of anybody leaving its area.

An area *shares* what a run knows of its themes: names, words many people use, rounded sizes and the middle of each
theme as numbers; no text, no id, nothing of a theme of few people. Where the areas' shared files
come together, themes that lie close are one pooled theme (BERTopic's ``merge_models``). That keeps the words of the
first area only, so every area's own name and words are carried along here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from nlp.documents import ThemeRun
from nlp.embed import unit
from nlp.topics import merged, versions

FEWEST_PEOPLE = 10
"""A theme of fewer is not shared: it could be of a single child."""
FEWEST_FOR_A_WORD = 5
"""People a word of a shared theme has been used by (the run's ``min_people``)."""
ROUNDED_TO = 5
ALIKE = 0.4
"""Cosine between middles, seen from the middle of all areas, from which two themes are one."""
_VECTOR_WEIGHT = 0.2  # beside the topics, as in ``nlp.grouping``
Numbers = tuple[Annotated[float, Field(allow_inf_nan=False, ge=-1, le=1)], ...]


class CannotPool(ValueError):
    """These themes cannot be shared, or do not go together. The message says what to do."""


class SharedTheme(BaseModel):
    """One theme as it may leave its area; ``people`` is rounded to the nearest five."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    keywords: tuple[str, ...]
    people: int = Field(ge=0)
    code: str | None = None
    middle: Numbers
    about: Numbers = ()


class SharedThemes(BaseModel):
    """What an area shares. ``left_out`` is how many themes were too small; ``library`` and ``frame`` are empty where there was none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["earshot shared themes 1"] = "earshot shared themes 1"
    area: str = Field(min_length=1, max_length=100)
    embedder: str
    library: str = ""
    frame: str = ""
    centre: Numbers
    about: Numbers = ()
    themes: tuple[SharedTheme, ...]
    left_out: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _middles_are_of_one_length(self) -> Self:
        lengths = (len(self.centre), len(self.about))
        if not self.centre or any((len(theme.middle), len(theme.about)) != lengths for theme in self.themes):
            raise ValueError("the middles of themes must be as long as the centre")
        return self


@dataclass(frozen=True, slots=True)
class OfArea:
    """A pooled theme as one area has it."""

    area: str
    label: str
    keywords: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class PooledTheme:
    """Themes of one or several areas that are one; ``areas`` lists each by its size, ``label`` is the largest one's."""

    id: int
    label: str
    keywords: tuple[str, ...]
    code: str | None
    people: int
    areas: tuple[OfArea, ...]


@dataclass(frozen=True, slots=True)
class Pooled:
    """All pooled themes: those of most areas first, then the largest."""

    areas: tuple[str, ...]
    themes: tuple[PooledTheme, ...]
    alike: float
    versions: dict[str, str]


def share(run: ThemeRun, area: str, fewest: int = FEWEST_PEOPLE) -> SharedThemes:
    """What may leave the area of a run: themes of at least ``fewest`` people, with nothing that points to an answer.

    Raises ``CannotPool`` for a run without themes, or whose words were used by too few people.
    """
    if run.message or not run.topics:
        raise CannotPool("This run has no themes to share: there were too few answers.")
    if int(run.config.get("min_people", 0)) < FEWEST_FOR_A_WORD:
        raise CannotPool(
            f"The words of this run's themes may be those of fewer than {FEWEST_FOR_A_WORD} people. Fit the themes again."
        )
    if fewest < FEWEST_FOR_A_WORD:
        raise CannotPool(f"Themes of fewer than {FEWEST_FOR_A_WORD} people are never shared.")
    centre, about = (np.array(run.space.get(name) or (), dtype=np.float64) for name in ("vectors", "topics"))
    themes = []
    for topic in run.topics:
        if topic.people < fewest or not topic.centroid:
            continue
        place = np.array(topic.centroid, dtype=np.float64)
        themes.append(
            SharedTheme(
                label=topic.label, keywords=topic.keywords, people=(2 * topic.people + ROUNDED_TO) // (2 * ROUNDED_TO) * ROUNDED_TO,
                code=topic.code, middle=_from_centre(centre, place[len(about) :]),
                about=_from_centre(about, place[: len(about)]) if len(about) else (),
            )
        )  # fmt: skip
    return SharedThemes(
        area=area, embedder=str(run.config.get("embedder", "")),
        library=str(run.config.get("library", "")) if len(about) else "", frame=str(run.config.get("frame", "")),
        centre=_rounded(centre), about=_rounded(about), themes=tuple(themes), left_out=len(run.topics) - len(themes),
    )  # fmt: skip


def pool(shared: Sequence[SharedThemes], alike: float = ALIKE) -> Pooled:
    """The themes of several areas, those that are one put together; ``alike`` is the cosine from which they are (0 to 1).

    Themes of a code are one where the code and frame are the same, and never with others. The area with the
    most themes comes first, as what the others are compared with. Raises ``CannotPool`` for files that do not go together.
    """
    areas = [one.area for one in shared]
    if len(shared) < 2:
        raise CannotPool("Give the shared themes of at least two areas.")
    if len(set(areas)) < len(areas):
        raise CannotPool("Two of the files are of the same area. Share with --area to say whose themes they are.")
    if len({one.embedder for one in shared}) > 1 or len({len(one.centre) for one in shared}) > 1:
        raise CannotPool("These themes were made with different sentence models: fit them again with the same one.")
    ordered = sorted((one for one in shared if one.themes), key=lambda one: (-len(one.themes), one.area))
    if not ordered:
        return Pooled(tuple(areas), (), alike, versions())
    places = _places(ordered)
    models = [
        (places[number], [list(theme.keywords) or [theme.label] for theme in one.themes])
        for number, one in enumerate(ordered)
    ]
    numbers = iter(merged(models, alike))
    found: dict[int, list[tuple[SharedThemes, SharedTheme]]] = {}
    for one in ordered:
        for theme in one.themes:
            found.setdefault(next(numbers), []).append((one, theme))
    groups = sorted(
        found.values(),
        key=lambda group: (-len({one.area for one, _ in group}), -sum(theme.people for _, theme in group), group[0][1].label),
    )  # fmt: skip
    return Pooled(tuple(areas), tuple(_pooled(number, group) for number, group in enumerate(groups)), alike, versions())


def _pooled(number: int, group: Sequence[tuple[SharedThemes, SharedTheme]]) -> PooledTheme:
    ordered = sorted(group, key=lambda item: (-item[1].people, item[0].area, item[1].label))
    longest = max(len(theme.keywords) for _, theme in ordered)
    words = [theme.keywords[turn] for turn in range(longest) for _, theme in ordered if turn < len(theme.keywords)]
    return PooledTheme(
        number, ordered[0][1].label, tuple(dict.fromkeys(words))[:10], ordered[0][1].code,
        sum(theme.people for _, theme in ordered),
        tuple(OfArea(one.area, theme.label, theme.keywords, theme.people) for one, theme in ordered),
    )  # fmt: skip


def _from_centre(centre: NDArray[np.float64], direction: NDArray[np.float64]) -> Numbers:
    """Where a theme lies among all texts there may be: from the middle of its own set in its direction.

    A run's own coordinates are seen from the middle of its set, which is another in each area. Texts are unit
    vectors, so they lie ``sqrt(1 - |centre|²)`` from it, in the mean of squares.
    """
    length = float(np.linalg.norm(direction))
    away = np.sqrt(max(0.0, 1 - float(centre @ centre)))
    place = centre + away * (direction / length if length else direction)
    return _rounded(place / max(float(np.linalg.norm(place)), 1e-9))


def _rounded(values: NDArray[np.float64]) -> Numbers:
    return tuple(round(float(value), 4) for value in values)


def _places(shared: Sequence[SharedThemes]) -> list[NDArray[np.float32]]:
    """The themes of each area in one space (n_themes, n_coordinates): seen from the middle of all, codes apart from all else."""
    familiar = all(one.about for one in shared) and len({(one.library, len(one.about)) for one in shared}) == 1
    codes = sorted({(one.frame, theme.code) for one in shared for theme in one.themes if theme.code is not None})
    centre = np.mean([one.centre for one in shared], axis=0)
    about = np.mean([one.about for one in shared], axis=0) if familiar else None
    found = []
    for one in shared:
        near = unit(np.array([theme.middle for theme in one.themes], dtype=np.float32) - centre.astype(np.float32))
        if about is not None:
            topics = np.array([theme.about for theme in one.themes], dtype=np.float32) - about.astype(np.float32)
            near = unit(np.hstack([unit(topics), _VECTOR_WEIGHT * near]))
        coded = np.zeros((len(near), len(codes)), dtype=np.float32)
        for row, theme in enumerate(one.themes):
            if theme.code is not None:
                near[row] = 0
                coded[row, codes.index((one.frame, theme.code))] = 1
        found.append(np.hstack([near, coded]))
    return found


def to_json(pooled: Pooled) -> dict[str, Any]:
    """The pooled themes for a file; ``in_several`` and ``in_one`` count themes by how many areas have them."""
    themes = [
        {
            "id": theme.id, "label": theme.label, "keywords": list(theme.keywords), "code": theme.code,
            "people": theme.people,
            "areas": [
                {"area": area.area, "label": area.label, "keywords": list(area.keywords), "people": area.people}
                for area in theme.areas
            ],
        }
        for theme in pooled.themes
    ]  # fmt: skip
    several = sum(len({area.area for area in theme.areas}) > 1 for theme in pooled.themes)
    return {
        "areas": list(pooled.areas), "themes": themes, "in_several": several, "in_one": len(themes) - several,
        "alike": pooled.alike, "people_rounded_to": ROUNDED_TO, "versions": pooled.versions,
    }  # fmt: skip
