"""The pages, panels, matrices and dynamic panels of a SurveyJS form: what holds its questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_engine.definition import MOST_QUESTIONS, Kind
from survey_engine.expressions import Constant
from survey_engine.formats.surveyjs_drafts import (
    DEEPEST_GROUP,
    ELEMENTS,
    Draft,
    Here,
    Waiting,
    joined,
    number_of,
    option_value,
)
from survey_engine.formats.surveyjs_questions import Questions
from survey_engine.formats.surveyjs_words import CHOICES


class Elements(Questions):
    """Makes drafts of everything in a form, from the outermost level down."""

    def _pages(self) -> list[Draft]:
        pages = self._form.get("pages")
        if not isinstance(pages, list):
            pages = [{"elements": next(self._form[key] for key in ELEMENTS if isinstance(self._form.get(key), list))}]
            prefix = "elements"
        else:
            prefix = ""
        drafts: list[Draft] = []
        for index, page in enumerate(pages):
            path = f"pages[{index}]"
            if not isinstance(page, dict):
                self._problem("", path, f"{path} is no page. It should be an object with “elements”.")
                continue
            name = page.get("name") if isinstance(page.get("name"), str) else ""
            where = f"{path} (page “{str(name)[:60]}”)" if name else path
            here = Here(path, str(name)[:100], depth=1)
            if not any(page.get(key) not in (None, "", False) for key in _OF_GROUP):
                drafts += self._elements(page, "elements" if prefix else f"{path}.elements", here)
                self._lose_properties(page, where)
            else:
                drafts += self._group(page, path, where, here)
        return drafts

    def _elements(self, parent: dict[str, Any], path: str, here: Here, keys: Sequence[str] = ELEMENTS) -> list[Draft]:
        listed: list[Any] = next((parent[key] for key in keys if isinstance(parent.get(key), list)), [])
        drafts: list[Draft] = []
        for index, element in enumerate(listed):
            if len(self._taken) > 3 * MOST_QUESTIONS or len(self._problems) > 100:
                if len(self._problems) <= 100:
                    self._problem(here.page, path, f"A survey has at most {MOST_QUESTIONS} questions. Split it up.")
                break
            drafts += self._element(element, f"{path}[{index}]", here)
        return drafts

    def _element(self, element: Any, path: str, here: Here) -> list[Draft]:
        if not isinstance(element, dict):
            self._problem(here.page, path, f"{path} is no question. It should be an object with “type” and “name”.")
            return []
        kind = element.get("type")
        name = element.get("name")
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        word = "panel" if kind == "panel" else "question"
        where = f"{path} ({word} “{str(name)[:60]}”)" if isinstance(name, str) and name else path
        if not isinstance(kind, str):
            self._problem(here.page, path, f"{where} has no type. Say what kind of question it is, such as “text”.")
            return []
        if here.depth > DEEPEST_GROUP:
            self._problem(here.page, path, f"Panels are nested more than {DEEPEST_GROUP} deep. Take some out.")
            return []
        self._lose_properties(element, where)
        if kind == "panel":
            return self._group(element, path, where, here)
        if kind in ("image",):
            self._lose(where, "image", "pictures are not fetched from elsewhere: left out")
            return []
        if not isinstance(name, str) or not name.strip():
            if kind == "html":
                name = "note"
            else:
                self._problem(here.page, path, f"{where} has no name. Give it a short one.")
                return []
        here = here.at(path)
        made = _TYPES.get(kind, Elements._unknown)(self, element, name, where, here)
        return made + self._comment(element, made, name, where, here) if made else []

    # --- groups

    def _group(self, element: dict[str, Any], path: str, where: str, here: Here) -> list[Draft]:
        written = element.get("name")
        draft = self._new_group(element, str(written or "panel"), where, here.at(path))
        inner = Here(path, here.page, here.repeats, here.columns, here.inside, here.depth + 1)
        draft.items = self._elements(element, f"{path}.elements", inner)
        return [draft] if draft.items else []

    def _new_group(self, element: dict[str, Any], name: str, where: str, here: Here) -> Draft:
        draft = Draft(self._named(name, where, repeated=bool(here.repeats)), where, here, items=[])
        label = self._text(element.get("title"), where, "title")
        draft.fields["label"] = self._in_default(label, where)
        draft.fields["hint"] = self._text(element.get("description"), where, "description")
        self._waits(draft, element, "visibleIf", "relevant")
        self._waits(draft, element, "enableIf", "read_only_if")
        if element.get("readOnly") is True:
            draft.fields["read_only_if"] = Constant(value=True)
        if element.get("visible") is False and not element.get("visibleIf"):
            self._lose(where, "visible", "hidden in the form: it is never asked")
            draft.fields["relevant"] = Constant(value=False)
        for key in ("isRequired", "requiredIf"):
            if element.get(key):
                self._lose(f"{where}, {key}", key, "a group is not required; each question says so itself")
        if element.get("questionOrder") == "random" or element.get("questionsOrder") == "random":
            draft.fields["shuffle"] = True
        return draft

    def _matrix(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        kind = Kind.MULTIPLE_CHOICE if element.get("cellType") == "checkbox" else Kind.SINGLE_CHOICE
        columns, _ = self._choices(element, where, kind, "columns")
        rows = self._rows(element, where)
        if not columns or not rows:
            return self._left_out(element, name, where, here, "matrix", "it has no rows or no columns: never asked")
        draft = self._new_group(_without_required(element), name, where, here)
        each = element.get("eachRowRequired") is True or element.get("isAllRowRequired") is True
        if (element.get("isRequired") is True or element.get("requiredIf")) and not each:
            self._lose(where, "isRequired", "one row was enough there; here no row is required")
        for key in ("validators", "defaultValue", "defaultValueExpression"):
            if element.get(key):
                self._lose(f"{where}, {key}", key, "not taken over for rows")
        if kind is Kind.SINGLE_CHOICE:
            draft.fields["appearance"] = "grid"
        if element.get("rowOrder") == "random":
            draft.fields["shuffle"] = True
        inner = Here(here.path, here.page, here.repeats, here.columns, joined(here.inside, name), here.depth + 1)
        for index, (value, label, row) in enumerate(rows):
            question = {"title": label, "isRequired": each, "visibleIf": row.get("visibleIf")}
            made = self._question(question, value, f"{where}, rows[{index}]", inner, kind, choices=tuple(columns))
            draft.items = [*(draft.items or []), made]
        return [draft]

    def _rows(self, element: dict[str, Any], where: str) -> list[tuple[str, Any, dict[str, Any]]]:
        """The rows of a matrix: value, words, the row itself."""
        rows: list[tuple[str, Any, dict[str, Any]]] = []
        listed = element.get("rows")
        for index, row in enumerate(listed[:MOST_QUESTIONS] if isinstance(listed, list) else ()):
            value = option_value(row.get("value") if isinstance(row, dict) else row)
            if not value:
                self._lose(f"{where}, rows[{index}]", "row without value", "left out")
                continue
            full = row if isinstance(row, dict) else {}
            rows.append((value, full.get("text") or value, full))
        return rows

    def _matrix_of_questions(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        rows = self._rows(element, where)
        draft = self._new_group(element, name, where, here)
        for index, (value, label, row) in enumerate(rows):
            if len(self._taken) > 3 * MOST_QUESTIONS:
                self._problem(here.page, here.path, f"A survey has at most {MOST_QUESTIONS} questions. Split it up.")
                break
            place = f"{where}, rows[{index}]"
            path = f"{joined(here.inside, name)}.{value}"
            group = self._new_group({"title": label, "visibleIf": row.get("visibleIf")}, f"{name}_{value}", place, here)
            own: dict[str, str] = {}
            inner = Here(here.path, here.page, here.repeats, own, path, here.depth + 1)
            group.items = self._cells(element, place, inner, own)
            if group.items:
                draft.items = [*(draft.items or []), group]
        if not draft.items:
            return self._left_out(
                element, name, where, here, "matrixdropdown", "it has no rows or columns: never asked"
            )
        return [draft]

    def _cells(self, element: dict[str, Any], where: str, here: Here, own: dict[str, str]) -> list[Draft]:
        """The questions of a row, one for each column."""
        made: list[Draft] = []
        columns = element.get("columns")
        for index, column in enumerate(columns[:100] if isinstance(columns, list) else ()):
            if not isinstance(column, dict):
                column = {"name": column}
            cell = str(column.get("cellType") or "default")
            kind = str(element.get("cellType") or "dropdown") if cell == "default" else cell
            question = {key: value for key, value in column.items() if key not in ("cellType", *_TOTALS)}
            question["type"] = kind
            if kind in CHOICES and not question.get("choices"):
                question["choices"] = element.get("choices")
            if any(column.get(key) for key in _TOTALS):
                self._lose(f"{where}, columns[{index}]", "totals", "nothing is added up below")
            drafts = self._element(question, f"{here.path}.columns[{index}]", here)
            if drafts and isinstance(column.get("name"), str):
                own[column["name"]] = drafts[0].name
            made += drafts
        return made

    def _repeated_panel(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        draft = self._repeated(element, name, where, here, "Panel")
        inner = Here(here.path, here.page, (*here.repeats, draft.name), here.columns, "", here.depth + 1)
        draft.items = self._elements(element, f"{here.path}.templateElements", inner, ("templateElements",))
        return self._if_any(draft, element, name, where, here)

    def _repeated_rows(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        draft = self._repeated(element, name, where, here, "Row")
        own: dict[str, str] = {}
        inner = Here(here.path, here.page, (*here.repeats, draft.name), own, "", here.depth + 1)
        draft.items = self._cells(element, where, inner, own)
        return self._if_any(draft, element, name, where, here)

    def _if_any(self, draft: Draft, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        if draft.items:
            return [draft]
        self._drop(draft)
        return self._left_out(element, name, where, here, str(element["type"]), "there is nothing inside: never asked")

    def _drop(self, draft: Draft) -> None:
        self._taken.pop(draft.name, None)
        self._drafts.pop(draft.name, None)
        self._by_path = {path: one for path, one in self._by_path.items() if one is not draft}

    def _repeated(self, element: dict[str, Any], name: str, where: str, here: Here, word: str) -> Draft:
        draft = self._new_group(element, name, where, here)
        few, many = number_of(element.get(f"min{word}Count")), number_of(element.get(f"max{word}Count"))
        start = number_of(element.get(f"{word.lower()}Count"))
        fixed = start if (few == many == start and start) or _cannot_add(element, word) else None
        most = 10 if many is None else int(many)
        if not 1 <= most <= 20 or (many is None and not fixed):
            most = min(max(most, 1), 20)
            self._lose(f"{where}, max{word}Count", f"max{word}Count", f"at most {most} turns")
        draft.repeat = {"most": most}
        bindings = element.get("bindings")
        bound = bindings.get(f"{word.lower()}Count") if isinstance(bindings, dict) else None
        if isinstance(bound, str) and bound:
            draft.waiting.append(Waiting("count", "bindings", f"{{{bound}}}"))
        elif fixed is not None:
            turns = int(min(max(fixed, 0), 20))
            draft.repeat = {"most": max(turns, 1) if many is None else most, "count": Constant(value=turns)}
        elif few or (start and start != 2):
            self._lose(where, f"min{word}Count", "respondents are asked how many, from nought on")
        self._drafts[draft.name] = draft
        self._register(draft, name, name)
        return draft

    def _texts(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        draft = self._new_group(_without_required(element), name, where, here)
        if element.get("isRequired") is True or element.get("requiredIf"):
            self._lose(where, "isRequired", "one field was enough there; here each says for itself")
        inner = Here(here.path, here.page, here.repeats, here.columns, joined(here.inside, name), here.depth + 1)
        items = element.get("items")
        for index, item in enumerate(items[:100] if isinstance(items, list) else ()):
            question = item if isinstance(item, dict) else {"name": item}
            made = self._element({**question, "type": "text"}, f"{here.path}.items[{index}]", inner)
            draft.items = [*(draft.items or []), *made]
        if not draft.items:
            self._taken.pop(draft.name, None)
            return self._left_out(element, name, where, here, "multipletext", "it has no fields: never asked")
        return [draft]


_TYPES = {
    "text": Elements._text_question, "comment": Elements._long_text, "boolean": Elements._yes_no,
    "rating": Elements._rating, "slider": Elements._slider, "file": Elements._file, "signaturepad": Elements._drawing,
    "html": Elements._note, "expression": Elements._expression, "matrix": Elements._matrix,
    "matrixdropdown": Elements._matrix_of_questions, "matrixdynamic": Elements._repeated_rows,
    "paneldynamic": Elements._repeated_panel, "multipletext": Elements._texts,
    **dict.fromkeys(CHOICES, Elements._choice_question),
}  # fmt: skip

_OF_GROUP = (
    "title",
    "description",
    "visibleIf",
    "enableIf",
    "readOnly",
    "questionOrder",
    "questionsOrder",
    "requiredIf",
)
_TOTALS = ("totalType", "totalExpression", "totalFormat", "totalDisplayStyle", "totalAlignment")


def _without_required(element: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in element.items() if key not in ("isRequired", "requiredIf")}


def _cannot_add(element: dict[str, Any], word: str) -> bool:
    plural = "Rows" if word == "Row" else "Panel"
    return element.get(f"allowAdd{plural}") is False and element.get(f"allowRemove{plural}") is False
