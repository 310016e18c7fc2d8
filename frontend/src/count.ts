// How many letters are left in a long answer: said only when it begins to matter.

const SAY_FROM_SHARE = 0.75;
const WAIT_MS = 600;

export function countLetters(field: HTMLTextAreaElement): void {
  const line = document.getElementById(`${field.id}-count`);
  const limit = Number(field.dataset["limit"]);
  if (!line || !limit) return;
  line.setAttribute("aria-live", "polite");
  let waiting = 0;
  const show = (): void => {
    // Counted as the server does: by characters, an emoji is not two.
    const used = [...field.value].length;
    const over = used > limit;
    line.textContent = `${(over ? field.dataset["over"] : field.dataset["left"]) ?? ""} ${Math.abs(limit - used)}`;
    line.hidden = used < limit * SAY_FROM_SHARE;
    line.classList.toggle("count-over", over);
  };
  // A pause in the typing first, so that a screen reader is not interrupted at each letter.
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, WAIT_MS);
  });
  show();
}
