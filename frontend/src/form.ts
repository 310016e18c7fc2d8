// What every page with a form gets: the error summary is read out first, and nothing is sent twice.

const AGAIN_AFTER_MS = 8000;

export function focusErrorSummary(): void {
  document.querySelector<HTMLElement>("[data-module=error-summary]")?.focus();
}

// The buttons stay enabled, because a disabled one would lose its value and its focus. The
// server also copes with a second post; this only spares somebody on a slow network the wait.
export function sendOnce(form: HTMLFormElement): void {
  let sentAt = -AGAIN_AFTER_MS;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < AGAIN_AFTER_MS) event.preventDefault();
    else sentAt = event.timeStamp;
  });
  addEventListener("pageshow", () => {
    sentAt = -AGAIN_AFTER_MS;
  });
}

// What was typed must not come back on the screen with the browser's back button.
export function forgetTyped(form: HTMLFormElement): void {
  // A page that answered a form is else sent again, with what was typed, when somebody goes back to it.
  history.replaceState(null, "");
  addEventListener("pagehide", () => {
    form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input:not([type=hidden])").forEach((field) => {
      if (field.type === "radio") (field as HTMLInputElement).checked = false;
      else field.value = "";
    });
  });
}

export function each<Kind extends HTMLElement>(module: string, start: (element: Kind) => void): void {
  document.querySelectorAll<Kind>(`[data-module=${module}]`).forEach(start);
}
