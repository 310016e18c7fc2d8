"""What merging themes must not tell."""

from __future__ import annotations

from api.review import sizes
from survey_engine.disclosure import Policy


def test_merging_a_hidden_theme_does_not_tell_its_size() -> None:
    large, small = {f"p{n}" for n in range(30)}, {f"q{n}" for n in range(4)}
    middle = {f"r{n}" for n in range(25)}
    apart = {"large": large, "small": small, "middle": middle}
    policy = Policy()

    def shown(merged: dict[str, str | None]) -> dict[str, sizes.Size]:
        roots = sizes.resolve(merged)
        people: dict[str, set[str]] = {}
        for theme, who in apart.items():
            people.setdefault(roots[theme], set()).update(who)
        live = [theme for theme in apart if merged[theme] is None]
        safe = sizes.protect_themes(people, live, 100, policy).themes
        return sizes.hide_what_merging_tells(safe, people, apart, roots, policy)

    before = shown({"large": None, "small": None, "middle": None})
    assert before["small"].people.symbol == "c"
    after = shown({"large": None, "small": "large", "middle": None})
    assert after["large"].people.symbol == "c"
    assert after["middle"].people.count == 25
    wide = shown({"large": None, "small": None, "middle": "large"})
    assert wide["large"].people.count == 55
