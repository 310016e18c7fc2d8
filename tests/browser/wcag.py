"""What WCAG asks for and axe does not measure: one rule each, named after its success criterion, over an open page.

A rule gives the list of faults it found, each a sentence with the part it is about. Contrast (1.4.3, 1.4.6, 1.4.11 in
part), names, roles and structure are axe's; targets of 44 px (2.5.5) are measured by ``Visitor.look``.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from survey_engine.wording import read

LONGEST_LINE_CH = 70
READING_GRADE = 4
MOST_STOPS = 120

_COMMON = """
  const shown = part => part.getClientRects().length > 0;
  const says = part => part.outerHTML.slice(0, 110).replace(/\\s+/g, " ");
  const hidden = part => !!part.closest(".visually-hidden, .skip-link:not(:focus)");
  const own = part => [...part.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
"""


def _found(page: Page, body: str, argument: Any = None) -> list[str]:
    faults: list[str] = page.evaluate(
        f"argument => {{ {_COMMON} const faults = []; {body}; return faults; }}", argument
    )
    return faults


def reflow_1_4_10(page: Page) -> list[str]:
    """Nothing scrolls sideways and nothing is cut off."""
    return _found(
        page,
        """
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth} px`);
  for (const part of document.body.querySelectorAll("*")) {
    if (!shown(part) || hidden(part) || /^(input|textarea|select|option|progress|canvas|svg|audio)$/i.test(part.tagName)) continue;
    if (part.closest("svg, [role=application]")) continue;
    const style = getComputedStyle(part);
    const cutsDown = /hidden|clip/.test(style.overflowY) && part.scrollHeight > part.clientHeight + 1;
    const cutsSide = /hidden|clip/.test(style.overflowX) && part.scrollWidth > part.clientWidth + 1;
    if ((cutsDown || cutsSide) && part.clientHeight) faults.push(`cut off: ${says(part)}`);
    if (style.textOverflow === "ellipsis") faults.push(`shortened: ${says(part)}`);
    const box = part.getBoundingClientRect();
    if (own(part) && (box.right > root.clientWidth + 1 || box.left < -1)) faults.push(`outside the window: ${says(part)}`);
  }""",
    )


def text_spacing_1_4_12(page: Page) -> list[str]:
    """With the reader's own spacing of lines, paragraphs, letters and words, still nothing is cut. Leaves the spacing in place."""
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
            p { margin-block-end: 2em !important; }`);
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }"""
    )
    return [f"with wider text spacing {fault}" for fault in reflow_1_4_10(page)]


def visual_presentation_1_4_8(page: Page) -> list[str]:
    """Lines of at most 70 characters, one and a half apart; paragraphs further apart than lines; nothing justified.

    Between paragraphs is half a line or more: from line to line then are one and a half lines.
    """
    return _found(
        page,
        """
  const canvas = document.createElement("canvas").getContext("2d");
  for (const part of document.querySelectorAll("p, li, dt, dd, h1, h2, h3, legend, label, span, a, summary")) {
    if (!shown(part) || hidden(part) || !own(part)) continue;
    const style = getComputedStyle(part), size = parseFloat(style.fontSize), line = parseFloat(style.lineHeight);
    if (style.textAlign === "justify") faults.push(`justified: ${says(part)}`);
    const range = document.createRange();
    range.selectNodeContents(part);
    const text = range.getBoundingClientRect();
    canvas.font = style.font;
    const characters = text.width / canvas.measureText("0").width;
    if (characters > argument + .1 && text.height > line * 1.6) faults.push(`a line of ${Math.round(characters)} characters: ${says(part)}`);
    if (/^(P|LI|DD)$/.test(part.tagName) && line / size < 1.495) faults.push(`lines ${line / size} apart: ${says(part)}`);
    const next = part.nextElementSibling;
    if (part.tagName === "P" && next && next.tagName === "P" && shown(next) && !hidden(next)) {
      const gap = next.getBoundingClientRect().top - part.getBoundingClientRect().bottom;
      const apart = gap >= 0 && part.closest(".answers, .help") === null;
      const half = Math.min(line, parseFloat(getComputedStyle(next).lineHeight)) / 2;
      if (apart && gap < half - .5) faults.push(`paragraphs ${gap} px apart with lines of ${line} px: ${says(next)}`);
    }
  }""",
        LONGEST_LINE_CH,
    )


def no_timing_2_2_3(page: Page) -> list[str]:
    """No page goes on by itself."""
    return _found(
        page,
        """
  for (const part of document.querySelectorAll("meta[http-equiv=refresh i]")) faults.push(`goes on by itself: ${says(part)}`)""",
    )


def help_3_3_5(page: Page) -> list[str]:
    """Help stands in the same place at the end of each page, and what is wrong is said with what to do, at its field."""
    return _found(
        page,
        """
  const help = document.querySelector("body > footer.help");
  if (!help || help !== document.body.lastElementChild) faults.push("help is not the last part of the page");
  else if (help.querySelectorAll("a[href^='tel:']").length < 2) faults.push("help names no two numbers to ring");
  for (const field of document.querySelectorAll("[aria-invalid=true]")) {
    const told = [field, field.closest("fieldset")].filter(Boolean)
      .flatMap(part => (part.getAttribute("aria-describedby") || "").split(" "))
      .some(id => /-error$/.test(id) && document.getElementById(id)?.textContent.trim());
    if (!told) faults.push(`wrong, and nothing says why: ${says(field)}`);
  }""",
    )


def authentication_3_3_9(page: Page) -> list[str]:
    """What lets somebody in can be pasted, is seen while it is typed, and asks for no riddle."""
    return _found(
        page,
        """
  for (const field of document.querySelectorAll("#code, #words")) {
    if (field.type === "password") faults.push(`hides what is typed: ${says(field)}`);
    const paste = new Event("paste", {bubbles: true, cancelable: true});
    if (!field.dispatchEvent(paste)) faults.push(`cannot be pasted into: ${says(field)}`);
  }
  if (document.querySelector("[class*=captcha i], [id*=captcha i]")) faults.push("asks for a riddle");""",
    )


def reading_level_3_1_5(page: Page) -> list[str]:
    """The main part reads at school grade 4 or below, as far as so few words can tell. English only."""
    if page.locator("html").get_attribute("lang") not in ("en", "en-x-easy"):
        return []
    said = page.locator("main").inner_text()
    found = read(said)
    return [f"reads at age {found.age:.1f}: {said[:200]!r}"] if found.is_older_than(READING_GRADE + 5) else []


def layout_shift(page: Page) -> list[str]:
    """Nothing moved while the page came (no criterion; Core Web Vitals' CLS is 0). To be asked before anything is touched."""
    moved: list[str] = page.evaluate(
        """() => new Promise(done => {
          const moved = [], theirs = entry => entry.sources.some(source => source.node);  // else: within the browser's own player
          new PerformanceObserver(list => list.getEntries().filter(theirs).forEach(entry => moved.push(
            `${entry.value.toFixed(4)}: ${entry.sources.map(source => (source.node?.outerHTML || "").slice(0, 80)).join(" | ")}`)))
            .observe({type: "layout-shift", buffered: true});
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 0)));
        })"""
    )
    return [f"moved while it came: layout shift {one}" for one in moved]


# -- by keys

_STOP = """() => {
  const part = document.activeElement;
  if (!part || part === document.body || part === document.documentElement) return null;
  const says = part.outerHTML.slice(0, 110).replace(/\\s+/g, " ");
  const shown = /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) || part : part;
  const box = shown.getBoundingClientRect(), faults = [];
  const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const own = part.getBoundingClientRect();
  if (own.bottom < 10 || own.top > innerHeight - 10 || own.right < 10 || own.left > innerWidth - 10) faults.push("outside the window");
  for (const [x, y] of [middle, [box.left + 3, middle[1]], [box.right - 3, middle[1]], [middle[0], box.top + 3], [middle[0], box.bottom - 3]]) {
    if (!inside(x, y)) {
      continue;
    }
    const top = document.elementFromPoint(x, y);
    if (top && !shown.contains(top) && !part.contains(top)) faults.push(`covered by ${top.outerHTML.slice(0, 60)}`);
  }
  const style = getComputedStyle(shown);
  const number = colour => { const c = colour.match(/[\\d.]+/g).map(Number); return c.length > 3 ? c : [...c, 1]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  if (part.tagName === "AUDIO" && style.outlineStyle === "none") return [says, says, faults];  // the browser shows its own parts
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push(`its outline is ${style.outlineStyle}, ${style.outlineWidth}`);
  else {
    let behind = shown.parentElement;
    while (behind && number(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const ground = light(number(getComputedStyle(behind || document.body).backgroundColor));
    const line = light(number(style.outlineColor));
    const ratio = (Math.max(ground, line) + .05) / (Math.min(ground, line) + .05);
    if (ratio < 3) faults.push(`its outline has a contrast of ${ratio.toFixed(2)}`);
  }
  return [part.id || says, says, [...new Set(faults)]];
}"""


def focus_2_4_12_and_2_4_13(page: Page) -> list[str]:
    """Tab goes to every part that can be used; none is covered, even in part, and each shows an outline of 2 px and 3:1."""
    faults: list[str] = []
    reached: list[str] = []
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None or (reached and stop[0] == reached[0]):
            break
        reached.append(stop[0])
        faults += [f"2.4.12/2.4.13, at {stop[1]}: {fault}" for fault in stop[2]]
    else:
        faults.append("Tab never came to the end")
    if len(reached) < page.locator(".leave-link, .skip-link, main a[href], main .button").count() - 1:
        faults.append(f"Tab came to {len(reached)} parts only")
    return faults


EVERYWHERE = (
    reflow_1_4_10, visual_presentation_1_4_8, no_timing_2_2_3, help_3_3_5, authentication_3_3_9, reading_level_3_1_5,
)  # fmt: skip
"""What costs next to nothing."""


def faults(page: Page) -> list[str]:
    """What ``EVERYWHERE`` finds, and then what wider spacing of text breaks."""
    return [
        *(f"{rule.__name__}: {fault}" for rule in EVERYWHERE for fault in rule(page)),
        *(f"text_spacing_1_4_12: {fault}" for fault in text_spacing_1_4_12(page)),
    ]
