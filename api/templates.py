"""How the templates of the pages are compiled into one language.

What a template may call is not here (``pages``), nor which translations may be shown
(``catalogues``, ``language_checks``): this is only the machine between a file and Jinja.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import CodeType

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer

from api.catalogues import SOURCE_LANGUAGE


def environment(folder: Path, translations: NullTranslations, language: str, *, auto_reload: bool) -> Environment:
    """What compiles the templates of a folder into one language; a value that a template needs and does not get raises."""
    made = _Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[InternationalizationExtension],
        auto_reload=auto_reload,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED if language == SOURCE_LANGUAGE else None,
    )
    made.translate, made.translated_into = translations.gettext, language
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return made


class _Compiled(BytecodeCache):
    """What templates were compiled to, for all environments of the source language: nothing in them is translated."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key] = bucket.checksum, bucket.code


_COMPILED = _Compiled()


class _Environment(Environment):
    """Translates the sentences of a template once, when it is compiled, and not again for every page."""

    translate: Callable[[str], str]
    translated_into: str

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        marks = self.translated_into.partition("-x-")[0] != SOURCE_LANGUAGE
        return _SentencesFirst(self.translate, marks).visit(super()._parse(source, name, filename))  # type: ignore[no-any-return]  # Jinja leaves its visitor untyped


class _SentencesFirst(NodeTransformer):
    """Puts the translation in place of each ``_("…")`` that has nothing to fill in.

    With ``marks``, a sentence that stays English says so, where markup can stand: not inside
    a tag, nor in the blocks that make the page's title.
    """

    def __init__(self, translate: Callable[[str], str], marks: bool) -> None:
        self._translate, self._marks = translate, marks
        self._where_markup_stands = True

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        opened, closed = node.data.rfind("<"), node.data.rfind(">")
        if opened != closed:
            self._where_markup_stands = closed > opened and not node.data.rstrip().endswith("<title>")
        return node

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        marks, self._marks = self._marks, self._marks and node.name not in ("title", "name")
        self.generic_visit(node)
        self._marks = marks
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        shown: list[nodes.Expr] = []
        for part in node.nodes:
            sentence = _sentence(part)
            stays = sentence is not None and self._marks and self._translate(sentence) == sentence
            visited = self.visit(part)
            if stays and self._where_markup_stands:
                shown += [nodes.TemplateData('<span lang="en" dir="ltr">'), visited, nodes.TemplateData("</span>")]
            else:
                shown.append(visited)
        node.nodes = shown
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        sentence = _sentence(node)
        if sentence is not None:
            # Catalogues are ours: their sentences are as trusted as the template around them.
            return nodes.MarkSafe(nodes.Const(self._translate(sentence)), lineno=node.lineno)
        return self.generic_visit(node)


def _sentence(node: nodes.Node) -> str | None:
    """The sentence of ``_("…")``; None for anything else."""
    match node:
        case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(sentence))], kwargs=[]):
            return sentence
    return None
