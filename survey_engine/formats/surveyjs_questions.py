"""The questions of a SurveyJS form, one method for each type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from survey_engine import patterns
from survey_engine.definition import RESERVED_OPTION_NAMES, Choice, Kind
from survey_engine.expressions import Binary, Call, Constant, Node, Reference, This
from survey_engine.formats.surveyjs_drafts import (
    GONE,
    MOST_OPTIONS,
    Draft,
    Here,
    Into,
    Notes,
    Waiting,
    number_of,
    option_value,
    options_of,
)
from survey_engine.formats.surveyjs_expressions import constant_of
from survey_engine.formats.surveyjs_markup import plain_text
from survey_engine.formats.surveyjs_words import (
    CHOICES,
    INPUTS,
    LOST,
    OTHER,
    PLACES,
    PLAIN,
    PRIVATE_AUTOCOMPLETE,
    REFUSED_INPUTS,
    SPECIAL,
)
from survey_engine.formats.xlsform_words import language_code
from survey_engine.words import Text


class Questions(Notes):
    """Makes drafts of questions."""

    def _question(self, element: dict[str, Any], name: str, where: str, here: Here, kind: Kind, **fields: Any) -> Draft:
        """A question with what all questions may have."""
        path = f"{here.inside}.{name}" if here.inside else name
        wanted = f"{here.inside}_{name}".replace(".", "_") if here.inside else name
        our = self._named(
            wanted, where, short=name if here.inside and here.columns is None else "", repeated=bool(here.repeats)
        )
        draft = Draft(our, where, here, {"kind": kind, **fields})
        draft.fields.setdefault("label", self._label(element, name, where))
        draft.fields.setdefault("hint", self._text(element.get("description"), where, "description"))
        draft.fields["required_message"] = self._text(element.get("requiredErrorText"), where, "requiredErrorText")
        self._register(draft, path, name)
        if kind is Kind.LEFT_OUT:
            return draft
        if element.get("isRequired") is True and kind is not Kind.NOTE:
            draft.fields["required"] = True
        if element.get("readOnly") is True:
            draft.fields["read_only"] = True
        self._waits(draft, element, "visibleIf", "relevant")
        if kind is not Kind.NOTE:
            self._waits(draft, element, "requiredIf", "required_if")
            self._waits(draft, element, "enableIf", "read_only_if")
            self._validators(draft, element)
            self._default_value(draft, element)
        if element.get("visible") is False and not element.get("visibleIf") and kind is not Kind.CALCULATED:
            self._hidden(draft)
        return draft

    def _register(self, draft: Draft, path: str, name: str) -> None:
        self._drafts[draft.name] = draft
        if draft.here.repeats and not draft.here.inside:
            self._columns.setdefault(draft.here.repeats[-1], {}).setdefault(name, draft)
        elif draft.here.repeats:
            self._columns.setdefault(draft.here.repeats[-1], {}).setdefault(path, draft)
        else:
            if path in self._by_path:
                self._lose(draft.where, f"the name “{path[:60]}” again", "each question keeps its own answer")
            self._by_path.setdefault(path, draft)

    def _hidden(self, draft: Draft) -> None:
        if any(waiting.into == "default" for waiting in draft.waiting) or draft.fields.get("default") is not None:
            fields = {"kind": Kind.HIDDEN, "label": draft.fields["label"]}
            if draft.fields.get("default") is not None:
                fields["default"] = draft.fields["default"]
            draft.fields = fields
            draft.waiting = [waiting for waiting in draft.waiting if waiting.into in ("default", "relevant")]
            return
        self._lose(draft.where, "visible", "hidden in the form: its place is kept, it is never asked")
        self._leave_out(draft, "hidden in the form")

    def _leave_out(self, draft: Draft, why: str) -> None:
        draft.fields = {"kind": Kind.LEFT_OUT, "label": draft.fields["label"], "left_out": why[:300]}
        draft.waiting = [waiting for waiting in draft.waiting if waiting.into == "relevant"]
        draft.constraints = []

    def _left_out(
        self, element: dict[str, Any], name: str, where: str, here: Here, feature: str, why: str
    ) -> list[Draft]:
        self._lose(where, feature, why)
        return [self._question(element, name, where, here, Kind.LEFT_OUT, left_out=why[:300])]

    def _unknown(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        kind = str(element.get("type"))[:60]
        if kind.lower() in PLACES:
            why = "refused for privacy: Earshot does not record where somebody is"
        else:
            why = "not supported: its place is kept, it is never asked"
        return self._left_out(element, name, where, here, f"type {kind}", why)

    def _comment(self, element: dict[str, Any], made: list[Draft], name: str, where: str, here: Here) -> list[Draft]:
        """The text beside a choice: “other”, or a comment, asked as a question of its own that follows."""
        follow: list[Draft] = []
        first = made[0]
        if first.fields.get("kind") is Kind.LEFT_OUT or first.items is not None:
            return []
        if any(choice.name == OTHER for choice in first.fields.get("choices", ())) and any(
            element.get(key) is True for key in ("showOtherItem", "hasOther")
        ):
            label = self._text(element.get("otherPlaceholder"), where, "otherPlaceholder")
            other = self._beside(first, f"{first.name[:89]}_other", f"{name}-Comment", where, here, Kind.TEXT)
            other.fields["label"] = self._in_default(label, where) or {self._default: "Please say what."}
            other.fields["relevant"] = Call(
                function="selected", arguments=(Reference(name=first.name), Constant(value=OTHER))
            )
            follow.append(other)
        if any(element.get(key) is True for key in ("showCommentArea", "hasComment")):
            label = self._text(element.get("commentText"), where, "commentText")
            comment = self._beside(first, f"{first.name[:87]}_comment", f"{name}-Comment", where, here, Kind.LONG_TEXT)
            comment.fields["label"] = self._in_default(label, where) or {self._default: "Do you want to say more?"}
            comment.waiting = [waiting for waiting in first.waiting if waiting.into == "relevant"]
            follow.append(comment)
        return follow

    def _beside(self, first: Draft, wanted: str, path: str, where: str, here: Here, kind: Kind) -> Draft:
        our = self._named(wanted, where, repeated=bool(here.repeats))
        draft = Draft(our, where, here, {"kind": kind})
        self._drafts[our] = draft
        full = f"{here.inside}.{path}" if here.inside else path
        if here.repeats:
            self._columns.setdefault(here.repeats[-1], {}).setdefault(full, draft)
        else:
            self._by_path.setdefault(full, draft)
        return draft

    # --- what waits, rules, values filled in

    def _waits(self, draft: Draft, element: dict[str, Any], property_: str, field_: Into, **more: Any) -> None:
        said = element.get(property_)
        if said is None or said == "":
            return
        if not isinstance(said, str):
            self._lose(f"{draft.where}, {property_}", property_, f"it is no condition: {GONE[field_]}")
            return
        draft.waiting.append(Waiting(field_, property_, said, **more))

    def _validators(self, draft: Draft, element: dict[str, Any]) -> None:
        listed = element.get("validators")
        for index, rule in enumerate(listed[:50] if isinstance(listed, list) else ()):
            where = f"{draft.where}, validators[{index}]"
            if not isinstance(rule, dict):
                self._lose(where, "validators", "it is no rule: left out")
                continue
            self._validator(draft, rule, where)
        kind = draft.fields["kind"]
        if kind is Kind.MULTIPLE_CHOICE:
            for key, op in (("minSelectedChoices", ">="), ("maxSelectedChoices", "<=")):
                if (number := number_of(element.get(key))) and number > 0:
                    draft.constraints.append(_counted(op, number))

    def _validator(self, draft: Draft, rule: dict[str, Any], where: str) -> None:
        kind = rule.get("type")
        message = self._text(rule.get("text"), where, "text")
        made: list[Node] = []
        if kind == "expression":
            if isinstance(rule.get("expression"), str) and rule["expression"]:
                waits = Waiting("constraint", where.rpartition(", ")[2], rule["expression"], message)
                draft.waiting.append(replace(waits, place=len(draft.constraints)))
                draft.constraints.append(None)  # its place among the rules, until it is read
            return
        if kind == "numeric":
            for key, op in (("minValue", ">="), ("maxValue", "<=")):
                if (number := number_of(rule.get(key))) is not None:
                    made.append(Binary.model_validate({"op": op, "left": This(), "right": Constant(value=number)}))
        elif kind == "text":
            length = Call(function="string-length", arguments=(This(),))
            for key, op in (("minLength", ">="), ("maxLength", "<=")):
                if (number := number_of(rule.get(key))) and number > 0:
                    made.append(Binary.model_validate({"op": op, "left": length, "right": Constant(value=number)}))
            if rule.get("allowDigits") is False:
                made.append(_fits(r"[^0-9]*"))
        elif kind == "regex" and isinstance(rule.get("regex"), str):
            pattern = _whole_pattern(
                rule["regex"], rule.get("caseInsensitive") is True or rule.get("insensitive") is True
            )
            try:
                made.append(_fits(pattern))
            except ValidationError:
                self._lose(
                    where, "regex", "the pattern is none that is understood here: the answer is not checked by it"
                )
        elif kind == "answercount":
            for key, op in (("minCount", ">="), ("maxCount", "<=")):
                if (number := number_of(rule.get(key))) and number > 0:
                    made.append(_counted(op, number))
        elif kind == "email":
            self._lose(where, "email", "refused for privacy: ask for no address; the answer is not checked")
        else:
            self._lose(where, f"validator {str(kind)[:60]}", "not known: the answer is not checked by it")
        if made:
            draft.constraints += made
            self._say(draft, message, where)

    def _say(self, draft: Draft, message: Text, where: str) -> None:
        """Add what is said where a rule is not met; a question has one message for all its rules."""
        if not message:
            return
        before: Text = draft.fields.get("constraint_message", {})
        if before and before != message:
            self._lose(where, "text", "the messages of all rules are shown together")
            message = {
                language: " ".join(
                    dict.fromkeys(part for part in (before.get(language), message.get(language)) if part)
                )
                for language in {**before, **message}
            }
        draft.fields["constraint_message"] = message

    def _default_value(self, draft: Draft, element: dict[str, Any]) -> None:
        asked = element.get("visible") is not False
        if (value := element.get("defaultValue")) is not None:
            constant = constant_of(value)
            if isinstance(value, list) and value and all(isinstance(one, str | int) for one in value):
                constant = constant_of(" ".join(option_value(one) for one in value))
            if constant is None:
                self._lose(draft.where, "defaultValue", "not filled in beforehand")
            else:
                draft.fields["default"] = constant
        self._waits(draft, element, "defaultValueExpression", "default")
        if asked and (value is not None or element.get("defaultValueExpression")):
            self._lose(draft.where, "defaultValue", "not filled in beforehand: an answer nobody gave nudges")

    def _lose_properties(self, element: dict[str, Any], where: str) -> None:
        for key in list(element)[:200]:
            if key in LOST:
                if LOST[key] and element[key] not in (None, "", False, [], {}, "none"):
                    self._lose(f"{where}, {key}", key, LOST[key])
            elif key not in PLAIN and element[key] not in (None, "", False, [], {}):
                self._lose(f"{where}, {str(key)[:60]}", str(key)[:60], "not known here: left out")

    # --- kinds of questions

    def _text_question(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        input_type = str(element.get("inputType") or "text")
        if reason := REFUSED_INPUTS.get(input_type):
            why = f"refused for privacy: Earshot does not record {reason}"
            return self._left_out(element, name, where, here, f"inputType {input_type}", why)
        kind = INPUTS.get(input_type)
        if kind is None:
            why = "not supported: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, f"inputType {input_type[:40]}", why)
        if str(element.get("autocomplete") or element.get("autoComplete")) in PRIVATE_AUTOCOMPLETE:
            self._lose(where, "autocomplete", "it asks who or where somebody is: think again whether to ask it at all")
        fields: dict[str, Any] = {}
        step = number_of(element.get("step"))
        if kind is Kind.DECIMAL and step is not None and step > 0 and float(step).is_integer():
            kind = Kind.INTEGER
        if kind is Kind.RANGE:
            fields = {"least": number_of(element.get("min")) or 0, "most": number_of(element.get("max"))}
            fields["most"] = 100 if fields["most"] is None else fields["most"]
        elif kind in (Kind.INTEGER, Kind.DECIMAL):
            fields = {"least": number_of(element.get("min")), "most": number_of(element.get("max"))}
        if (step is not None and step > 0 and kind in (Kind.RANGE, Kind.DECIMAL)) or (
            kind is Kind.INTEGER and step != 1
        ):
            fields["step"] = step
        if fields.get("least") is not None and fields.get("most") is not None and fields["least"] > fields["most"]:
            self._lose(where, "min", "it is more than the most: both are left out")
            fields = {"least": 0, "most": 100} if kind is Kind.RANGE else {}
        draft = self._question(element, name, where, here, kind, **fields)
        if kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
            self._bounds_in_time(draft, element, kind)
        self._longest(draft, element)
        for key in ("minErrorText", "maxErrorText"):
            if kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
                self._say(draft, self._text(element.get(key), where, key), where)
            elif element.get(key):
                self._lose(f"{where}, {key}", key, "Earshot's own sentence is shown")
        return [draft]

    def _bounds_in_time(self, draft: Draft, element: dict[str, Any], kind: Kind) -> None:
        for key, op in (("min", ">="), ("max", "<=")):
            said = element.get(key)
            if isinstance(said, str) and kind is Kind.DATE and re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
                bound = Binary.model_validate({"op": op, "left": This(), "right": Constant(value=said)})
                draft.constraints.append(bound)
            elif said not in (None, ""):
                self._lose(f"{draft.where}, {key}", key, GONE["constraint"])

    def _longest(self, draft: Draft, element: dict[str, Any]) -> None:
        most = number_of(element.get("maxLength"))
        if draft.fields["kind"] in (Kind.TEXT, Kind.LONG_TEXT) and most is not None and most >= 1:
            draft.fields["max_length"] = int(min(most, 20_000))

    def _long_text(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        draft = self._question(element, name, where, here, Kind.LONG_TEXT)
        self._longest(draft, element)
        return [draft]

    def _choice_question(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        written = str(element["type"])
        kind = CHOICES[written]
        if written == "imagepicker" and element.get("multiSelect") is True:
            kind = Kind.MULTIPLE_CHOICE
        choices, waiting = self._choices(element, where, kind, pictures=written == "imagepicker")
        source = self._carried(element, where)
        if source is not None:
            choices = [*source.fields["choices"], *(c for c in choices if c.name not in options_of(source))]
        if not choices:
            why = "it has no options of its own: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, "no options", why)
        if written == "checkbox" and [choice.name for choice in choices] == ["OK"]:
            return [self._question(element, name, where, here, Kind.ACKNOWLEDGE)]
        fields: dict[str, Any] = {"choices": tuple(choices)}
        if any(choice.picture for choice in choices):
            fields["appearance"] = "pictures"
        order = element.get("choicesOrder")
        if order == "random":
            fields["shuffle"] = True
        elif order in ("asc", "desc"):
            special = {value for _, value, *_ in SPECIAL}
            plain = [choice for choice in choices if choice.name not in special]
            plain.sort(key=lambda choice: choice.label.get(self._default, choice.name).lower(), reverse=order == "desc")
            fields["choices"] = (*plain, *(choice for choice in choices if choice.name in special))
        draft = self._question(element, name, where, here, kind, **fields)
        draft.waiting += waiting
        self._waits(draft, element, "choicesVisibleIf", "choice_filter")
        if source is not None and element.get("choicesFromQuestionMode") in ("selected", "unselected"):
            taken = Call(
                function="selected",
                arguments=(Reference(name=source.name), Call(function="choice", arguments=(Constant(value="name"),))),
            )
            selected = element["choicesFromQuestionMode"] == "selected"
            draft.fields["choice_filter"] = taken if selected else Call(function="not", arguments=(taken,))
        return [draft]

    def _carried(self, element: dict[str, Any], where: str) -> Draft | None:
        """The question whose options are taken over, if there is one before this."""
        said = element.get("choicesFromQuestion")
        if not isinstance(said, str) or not said:
            return None
        source = self._by_path.get(said)
        if source is None or not source.fields.get("choices"):
            self._lose(f"{where}, choicesFromQuestion", "choicesFromQuestion", "no such question before it: left out")
            return None
        return source

    def _choices(
        self, element: dict[str, Any], where: str, kind: Kind, key: str = "choices", pictures: bool = False
    ) -> tuple[list[Choice], list[Waiting]]:
        found: dict[str, Choice] = {}
        waiting: list[Waiting] = []
        listed = element.get(key)
        raw = list(listed) if isinstance(listed, list) else []
        if not raw and number_of(element.get("choicesMax")):
            raw = _stepped(element.get("choicesMin"), element.get("choicesMax"), element.get("choicesStep"))
        if len(raw) > MOST_OPTIONS:
            message = f"{where} has {len(raw)} options and may have {MOST_OPTIONS}. Shorten the list."
            self._problem("", where.partition(" ")[0], message)
            return [], []
        for index, item in enumerate(raw):
            place = f"{where}, {key}[{index}]"
            choice = self._choice(item, place, kind, pictures)
            if choice is None:
                continue
            if choice.name in found:
                self._lose(place, "two options with one value", f"only the first “{choice.name[:40]}” is kept")
                continue
            found[choice.name] = choice
            if isinstance(item, dict) and isinstance(item.get("visibleIf"), str) and item["visibleIf"]:
                waiting.append(
                    Waiting("choice_filter", f"{key}[{index}].visibleIf", item["visibleIf"], option=choice.name)
                )
        for flags, value, text_key, words, alone, means in SPECIAL:
            if any(element.get(flag) is True for flag in flags) and value not in found:
                label = self._text(element.get(text_key), where, text_key)
                found[value] = Choice(
                    name=value,
                    label=self._in_default(label, where) or {self._default: words},
                    exclusive=alone and kind is Kind.MULTIPLE_CHOICE,
                    means=means,
                )
        return list(found.values()), waiting

    def _choice(self, item: Any, where: str, kind: Kind, pictures: bool = False) -> Choice | None:
        value = item.get("value") if isinstance(item, dict) else item
        said = option_value(value)
        if not said:
            self._lose(where, "option without value", "left out")
            return None
        name = said[:100].strip()
        if name in RESERVED_OPTION_NAMES:
            name = f"minus_{name[1:]}"
        if name != said:
            self._lose(where, f"the value “{said[:40]}”", f"renamed to {name[:40]}: conditions do not know it")
        label = self._text(item.get("text"), where, "text") if isinstance(item, dict) else {}
        picture: dict[str, str] = {}
        if isinstance(item, dict):
            for key in ("enableIf", "elements", "showCommentArea", "hasComment"):
                if item.get(key):
                    self._lose(f"{where}.{key}", key, "the option is offered like any other")
            if pictures and item.get("imageLink"):
                picture = self._picture(item["imageLink"], f"{where}.imageLink")
        return Choice(
            name=name,
            label=self._in_default(label, where) or {self._default: said[:1_000]},
            exclusive=kind is Kind.MULTIPLE_CHOICE and isinstance(item, dict) and item.get("isExclusive") is True,
            picture=picture,
        )

    def _picture(self, link: Any, where: str) -> dict[str, str]:
        links = link if isinstance(link, dict) else {"default": link}
        named = {
            (self._default if key == "default" else language_code(str(key)[:40])): said
            for key, said in list(links.items())[:100]
            if isinstance(said, str) and _FILE_NAME.fullmatch(said)
        }
        if len(named) < len(links):
            self._lose(where, "imageLink", "the picture is not fetched from elsewhere: add it here")
        return named

    def _yes_no(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        choices = []
        for key, value, words in (("labelTrue", "valueTrue", "Yes"), ("labelFalse", "valueFalse", "No")):
            label = self._in_default(self._text(element.get(key), where, key), where) or {self._default: words}
            said = option_value(element.get(value)) or ("true" if value == "valueTrue" else "false")
            choices.append(Choice(name=said[:100].strip() or value, label=label))
        if choices[0].name == choices[1].name or {c.name for c in choices} & RESERVED_OPTION_NAMES:
            return self._left_out(element, name, where, here, "valueTrue", "yes and no have one value: left out")
        draft = self._question(element, name, where, here, Kind.SINGLE_CHOICE, choices=tuple(choices))
        draft.yes_no = [choice.name for choice in choices] == ["true", "false"]
        return [draft]

    def _rating(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        items = element.get("rateValues")
        if not isinstance(items, list) or not items:
            least = number_of(element.get("rateMin"))
            least = 1 if least is None else least
            step = number_of(element.get("rateStep")) or 1
            count = number_of(element.get("rateCount"))
            most = number_of(element.get("rateMax"))
            if most is None:
                most = least + ((count or 5) - 1) * step
            items = _stepped(least, most, step)
        faces = element.get("rateType") in ("smileys", "smiley")
        choices, _ = self._choices({"choices": items}, where, Kind.SINGLE_CHOICE)
        numbers = [number_of(choice.name) for choice in choices]
        worded = any(choice.label != {self._default: choice.name} for choice in choices)
        if not choices:
            return self._left_out(element, name, where, here, "no values", "it has no values: it is never asked")
        if not faces and not worded and (fields := _even(numbers)):
            if element.get("rateStep") is None and fields["step"] == 1:
                del fields["step"]
            draft = self._question(element, name, where, here, Kind.RANGE, appearance="scale", **fields)
            self._ends_in_hint(draft, element)
            return [draft]
        if faces:
            choices = self._faces(element, choices[::-1], where, worded)
        appearance = "faces" if faces else "scale"
        draft = self._question(
            element, name, where, here, Kind.SINGLE_CHOICE, choices=tuple(choices), appearance=appearance
        )
        if not faces:
            self._ends_in_hint(draft, element)
        return [draft]

    def _faces(self, element: dict[str, Any], choices: list[Choice], where: str, worded: bool) -> list[Choice]:
        """Words for faces that have none: children who cannot tell a face by its drawing read or hear them."""
        if worded:
            return choices
        words = _FACE_WORDS.get(len(choices)) if self._default.startswith("en") else None
        self._lose(where, "faces without words", "each has words now, which should be looked at")
        named = [
            choice.model_copy(update={"label": {self._default: words[place] if words else choice.name}})
            for place, choice in enumerate(choices)
        ]
        for place, key in ((0, "maxRateDescription"), (-1, "minRateDescription")):
            if text := self._in_default(self._text(element.get(key), where, key), where):
                named[place] = named[place].model_copy(update={"label": text})
        return named

    def _ends_in_hint(self, draft: Draft, element: dict[str, Any]) -> None:
        """What the ends of a scale mean, said under the question."""
        ends = [self._text(element.get(key), draft.where, key) for key in ("minRateDescription", "maxRateDescription")]
        if not any(ends):
            return
        if choices := draft.fields.get("choices"):
            values = (choices[0].name, choices[-1].name)
        else:
            values = (option_value(draft.fields["least"]), option_value(draft.fields["most"]))
        hint: Text = dict(draft.fields["hint"])
        for language in {**ends[0], **ends[1]}:
            said = ", ".join(
                f"{value} = {end[language]}" for value, end in zip(values, ends, strict=True) if language in end
            )
            hint[language] = f"{hint[language]}\n\n{said}" if language in hint else said
        draft.fields["hint"] = hint

    def _slider(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        if element.get("sliderType") == "range":
            why = "two ends of a range cannot be asked at once: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, "sliderType range", why)
        least, most = number_of(element.get("min")) or 0, number_of(element.get("max"))
        most = 100 if most is None else most
        step = number_of(element.get("step")) or 1
        if least > most or step <= 0:
            return self._left_out(element, name, where, here, "min", "the least is more than the most: never asked")
        fields: dict[str, Any] = {"least": least, "most": most}
        if element.get("step") is not None:
            fields["step"] = step
        return [self._question(element, name, where, here, Kind.RANGE, **fields)]

    def _file(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        accepted = str(element.get("acceptedTypes") or "").lower()
        categories = element.get("acceptedCategories")
        kinds = [part.strip() for part in accepted.split(",") if part.strip()]
        pictures = bool(kinds) and all(part.startswith("image/") or part in _PICTURES for part in kinds)
        if pictures or (not kinds and (categories == ["image"] or element.get("sourceType") == "camera")):
            return [self._question(element, name, where, here, Kind.PHOTO)]
        why = "refused for privacy: Earshot does not take films and other files, which show who somebody is"
        return self._left_out(element, name, where, here, "file", why)

    def _drawing(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        return [self._question(element, name, where, here, Kind.DRAWING)]

    def _note(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        markup = self._text(element.get("html"), where, "html")
        label: Text = {}
        hint: Text = {}
        for language, said in markup.items():
            heading, rest = plain_text(said)
            if heading and rest:
                label[language], hint[language] = heading, rest
            elif heading or rest:
                label[language] = heading or rest
            if re.search(r"<\s*(img|video|audio|iframe|script|svg|object|embed)\b", said, re.IGNORECASE):
                self._lose(where, "html", "pictures, films and programs inside the text are left out")
        if not label:
            self._lose(where, "html", "there are no words in it: left out")
            return []
        return [self._question(element, name, where, here, Kind.NOTE, label=self._in_default(label, where), hint=hint)]

    def _expression(self, element: dict[str, Any], name: str, where: str, here: Here) -> list[Draft]:
        draft = self._question(element, name, where, here, Kind.CALCULATED)
        if element.get("visible") is not False:
            self._lose(where, "expression", "what is worked out is kept, and not shown")
        draft.fields = {"kind": Kind.CALCULATED, "label": draft.fields["label"]}
        draft.waiting = [waiting for waiting in draft.waiting if waiting.into == "relevant"]
        if isinstance(element.get("expression"), str) and element["expression"]:
            draft.waiting.append(Waiting("calculation", "expression", element["expression"]))
        else:
            self._lose(where, "expression", "it says nothing to work out: its place is kept")
            self._leave_out(draft, "nothing to work out")
        return [draft]


MOST_STEPS = 200
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,119}")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".heic", ".gif")
_FACE_WORDS = {
    2: ("Happy", "Unhappy"),
    3: ("Happy", "In the middle", "Unhappy"),
    4: ("Very happy", "Happy", "Unhappy", "Very unhappy"),
    5: ("Very happy", "Happy", "In the middle", "Unhappy", "Very unhappy"),
}


def _stepped(least: Any, most: Any, step: Any) -> list[int | float]:
    """Numbers from the least to the most; not more than a page can show."""
    start, end, by = number_of(least) or 0, number_of(most) or 0, number_of(step) or 1
    if by <= 0:
        return []
    numbers: list[int | float] = []
    while len(numbers) < MOST_STEPS and start + len(numbers) * by <= end:
        numbers.append(number_of(round(start + len(numbers) * by, 9)) or 0)
    return numbers


def _even(numbers: Sequence[int | float | None]) -> dict[str, Any]:
    """Least, most and step of evenly spaced numbers going up; {} where they are none."""
    if len(numbers) < 2 or any(number is None for number in numbers):
        return {}
    found = [number for number in numbers if number is not None]
    step = round(found[1] - found[0], 9)
    if step <= 0 or any(abs(b - a - step) > 1e-6 for a, b in pairwise(found)):
        return {}
    return {"least": found[0], "most": found[-1], "step": int(step) if float(step).is_integer() else step}


def _counted(op: str, number: int | float) -> Node:
    counted = Call(function="count-selected", arguments=(This(),))
    return Binary.model_validate({"op": op, "left": counted, "right": Constant(value=number)})


def _fits(pattern: str) -> Call:
    return Call(function="regex", arguments=(This(), Constant(value=pattern)))


def _whole_pattern(pattern: str, any_case: bool) -> str:
    """A pattern that JavaScript looks for anywhere, as one for the whole text."""
    inner = pattern
    if (whole := re.fullmatch(r"\^\(\?:(.*)\)\$", inner, re.DOTALL)) and patterns.problem(whole[1]) is None:
        return f"(?i){whole[1]}" if any_case else whole[1]
    starts = inner.startswith("^")
    ends = inner.endswith("$") and not inner.endswith("\\$")
    if "|" not in inner and starts and ends:
        inner = inner[1:-1]
    elif "|" in inner or starts or ends:
        inner = f"[\\s\\S]*(?:{inner})[\\s\\S]*"
    else:
        inner = f"[\\s\\S]*{inner}[\\s\\S]*"
    return f"(?i){inner}" if any_case else inner
