// "None of these" stands alone: ticking it unticks the others, and the other way round.

export function keepExclusiveAlone(form: HTMLFormElement): void {
  form.addEventListener("change", (event) => {
    const changed = event.target;
    if (!(changed instanceof HTMLInputElement) || changed.type !== "checkbox" || !changed.checked) return;
    const alone = "exclusive" in changed.dataset;
    form.querySelectorAll<HTMLInputElement>("input[type=checkbox]").forEach((other) => {
      if (other !== changed && (alone || "exclusive" in other.dataset)) other.checked = false;
    });
  });
}
