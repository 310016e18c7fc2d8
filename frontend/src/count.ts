// How many letters are left in a long answer: said only when it begins to matter.

const SAY_FROM_SHARE = 0.75;
const WAIT_MS = 600;

export function countLetters(field: HTMLTextAreaElement): void {
  const line = document.getElementById(`${field.id}-count`);
  const limit = Number(field.dataset["limit"]);
  if (!line || !limit) return;
  const before = line.textContent;
  line.setAttribute("aria-live", "polite");
  let waiting = 0;
  const show = (): void => {
    // Counted as the server does: by characters, an emoji is not two.
    const used = [...field.value].length;
    const over = used > limit;
    // Until then the line stays as it came: nothing below it may jump.
    const now = used < limit * SAY_FROM_SHARE ? before : `${(over ? field.dataset["over"] : field.dataset["left"]) ?? ""} ${Math.abs(limit - used)}`;
    if (line.textContent !== now) line.textContent = now;
    line.classList.toggle("count-over", over);
  };
  // A pause in the typing first, so that a screen reader is not interrupted at each letter.
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, WAIT_MS);
  });
  show();
}
