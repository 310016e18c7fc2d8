// Staff pages. Every action is a plain form; this asks again before what cannot be undone.
import { keepExclusiveAlone } from "./choices";
import { countLetters } from "./count";
import { each, focusErrorSummary, sendOnce } from "./form";

// Before "once": a submit that was not confirmed must not count as sent.
each<HTMLButtonElement>("confirm", (button) => {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset["question"])) event.preventDefault();
  });
});
each<HTMLFormElement>("once", sendOnce);
each<HTMLFormElement>("once", keepExclusiveAlone);
each<HTMLTextAreaElement>("count", countLetters);
focusErrorSummary();
