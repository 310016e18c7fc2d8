// The designer's page without loading it whole: its links and forms are plain ones, and htmx (its settings stand in a
// meta tag) puts the answer's #designer in place of the old one. Where the focus goes is said by the page itself
// (autofocus, or an error summary), with and without this script.
import "htmx.org";
import { start } from "./staff_start";

interface Exchange {
  ctx: { response?: { status: number; raw: Response }; text?: string; sourceElement?: Element };
}

const exchange = (event: Event) => (event as CustomEvent<Exchange>).detail?.ctx;

document.addEventListener("htmx:after:swap", () => {
  const designer = document.getElementById("designer");
  if (designer && !designer.dataset["started"]) {
    designer.dataset["started"] = "yes";
    start(designer);
  }
});
document.getElementById("designer")?.setAttribute("data-started", "yes");

// A page without #designer is another one (signed out, refused, a fault): show it whole, at its own address.
document.addEventListener("htmx:after:request", (event) => {
  const ctx = exchange(event);
  const form = ctx?.sourceElement;
  if (!ctx?.response || form?.classList.contains("live") || ctx.text?.includes('id="designer"')) return;
  event.preventDefault();
  if (form instanceof HTMLFormElement) HTMLFormElement.prototype.submit.call(form);
  else location.assign(ctx.response.raw.url);
});

// No answer at all: what was typed is still here, and a sentence says so.
document.addEventListener("htmx:error", (event) => {
  if (exchange(event)?.sourceElement?.classList.contains("live")) return;
  const told = document.getElementById("not-sent");
  if (told) told.hidden = false;
});
document.addEventListener("htmx:before:request", () => {
  const told = document.getElementById("not-sent");
  if (told) told.hidden = true;
});
