// Ranking by taps: tap the options in your order, tap again to take one back. The places stay
// what is posted, so that everything else (going back, problems, no scripts) works the same.
import { each } from "./form";

interface Option {
  select: HTMLSelectElement;
  button: HTMLButtonElement;
  badge: HTMLElement;
  label: string;
}

export function rankByTaps(list: HTMLElement): void {
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");
  // Places are not chosen any more, so the line that says how to answer says it anew.
  const how = document.getElementById(`${list.querySelector("select")?.id ?? ""}-also`);
  if (how) how.textContent = list.dataset["how"] ?? "";

  const options = [...list.querySelectorAll<HTMLElement>(".rank")].map((row): Option | null => {
    const select = row.querySelector("select");
    const label = row.querySelector("label");
    if (!select || !label) return null;
    const button = document.createElement("button");
    const badge = document.createElement("span");
    button.type = "button";
    badge.className = "place";
    button.className = "rank-button";
    button.append(badge, ...label.childNodes);
    // The error summary leads to the first field: that is the button now.
    button.id = select.id;
    select.removeAttribute("id");
    select.hidden = true;
    label.replaceWith(button);
    return { select, button, badge, label: (button.textContent ?? "").trim() };
  }).filter((option): option is Option => option !== null);

  const show = (): void => {
    for (const option of options) {
      const place = option.select.selectedIndex;
      option.badge.textContent = place ? String(place) : "";
      option.button.setAttribute("aria-pressed", String(place > 0));
    }
  };
  const tell = (words: string | undefined, option: Option): void => {
    said.textContent = (words ?? "").replace("{option}", option.label).replace("{place}", String(option.select.selectedIndex));
  };
  for (const option of options) {
    option.button.addEventListener("click", () => {
      // Each select has the places in order, after an empty one: its index is the place.
      const place = option.select.selectedIndex;
      if (place) {
        option.select.selectedIndex = 0;
        for (const other of options) if (other.select.selectedIndex > place) other.select.selectedIndex -= 1;
      } else {
        option.select.selectedIndex = 1 + Math.max(...options.map((other) => other.select.selectedIndex));
      }
      show();
      tell(place ? list.dataset["taken"] : list.dataset["given"], option);
    });
  }
  list.append(said);
  show();
}

each<HTMLElement>("rank", rankByTaps);
