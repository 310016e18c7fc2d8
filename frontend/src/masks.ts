// Hiding words of a text by keys: from word to word with the arrows, U takes the last change back, Enter sends.
// Space is the checkbox's own. Keys count only while a word has the focus, so they never surprise anybody.

export function hideByKeys(group: HTMLElement): void {
  const words = [...group.querySelectorAll<HTMLInputElement>("input")];
  if (words.length === 0) return;
  const changed: HTMLInputElement[] = [];
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  // One stop for the Tab key: the arrows do the rest.
  const stop = (word: HTMLInputElement): void => {
    for (const other of words) other.tabIndex = other === word ? 0 : -1;
  };
  const first = words.find((word) => word.checked) ?? words[0];
  if (first) stop(first);
  group.addEventListener("focusin", (event) => stop(event.target as HTMLInputElement));
  group.addEventListener("change", (event) => changed.push(event.target as HTMLInputElement));
  const go = (from: HTMLInputElement, by: number): void => {
    words[Math.min(words.length - 1, Math.max(0, words.indexOf(from) + by))]?.focus();
  };
  group.addEventListener("keydown", (event) => {
    const word = event.target as HTMLInputElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const back = getComputedStyle(group).direction === "rtl" ? 1 : -1;
    switch (event.key) {
      case "ArrowLeft": go(word, back); break;
      case "ArrowRight": go(word, -back); break;
      case "ArrowUp": go(word, -1); break;
      case "ArrowDown": go(word, 1); break;
      case "Home": go(word, -words.length); break;
      case "End": go(word, words.length); break;
      case "u": case "U": {
        const last = changed.pop();
        if (!last) break;
        last.checked = !last.checked;
        last.focus();
        break;
      }
      case "Enter": word.form?.requestSubmit(); break;
      default: return;
    }
    event.preventDefault();
  });
}
