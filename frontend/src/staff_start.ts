// What a staff page gets, for the whole page at first and for each part that is put into it later.
import { keepExclusiveAlone } from "./choices";
import { countLetters } from "./count";
import { focusErrorSummary, sendOnce } from "./form";
import { hideByKeys } from "./masks";
import { slide } from "./slide";

export function start(root: ParentNode): void {
  const each = <Kind extends HTMLElement>(module: string, begin: (element: Kind) => void): void =>
    root.querySelectorAll<Kind>(`[data-module=${module}]`).forEach(begin);
  // Before "once": a submit that was not confirmed must not count as sent.
  each<HTMLButtonElement>("confirm", (button) => {
    button.addEventListener("click", (event) => {
      if (!confirm(button.dataset["question"])) event.preventDefault();
    });
  });
  each<HTMLFormElement>("once", sendOnce);
  each<HTMLFormElement>("once", keepExclusiveAlone);
  each<HTMLTextAreaElement>("count", countLetters);
  each("masks", hideByKeys);
  each<HTMLFormElement>("slide", slide);
  focusErrorSummary();
}
