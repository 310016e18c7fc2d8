// What was drawn or recorded is put into the file field, which is sent like any other file.

export function canFill(): boolean {
  try {
    return Boolean(new DataTransfer().items);
  } catch {
    return false;
  }
}

export function fill(field: HTMLInputElement, content: Blob | null, name: string): void {
  const files = new DataTransfer();
  if (content) files.items.add(new File([content], name, { type: content.type }));
  field.files = files.files;
}

export function button(words: string | undefined, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-quiet";
  made.textContent = words ?? "";
  made.addEventListener("click", press);
  return made;
}
