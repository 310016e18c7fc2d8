// A slider beside a number: it moves the number, and letting go sends the form. Without scripts the number is enough.
export function slide(form: HTMLFormElement): void {
  const range = form.querySelector<HTMLInputElement>("input[type=range]");
  const number = form.querySelector<HTMLInputElement>("input[type=number]");
  if (!range || !number) return;
  range.hidden = false;
  range.addEventListener("input", () => {
    number.value = range.value;
  });
  range.addEventListener("change", () => form.requestSubmit());
}
