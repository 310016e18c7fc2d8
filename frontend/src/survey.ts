// Young people's pages. Everything works without this file; it only makes some things nicer.
import { keepExclusiveAlone } from "./choices";
import { countLetters } from "./count";
import { each, focusErrorSummary, forgetTyped, sendOnce } from "./form";
import { keepForLater } from "./keep";
import { leaveQuickly } from "./leave";
import { offerListening } from "./listen";
import { openOnTap } from "./open";

each<HTMLAnchorElement>("leave", leaveQuickly);
each<HTMLElement>("keep", keepForLater);
each<HTMLFormElement>("tones", openOnTap);
// Found by where they stand: each page is fetched anew, and a name for them would be a part of each.
document.querySelectorAll<HTMLElement>(".tools > :first-child").forEach(openOnTap);
document.querySelectorAll<HTMLButtonElement>(".tools > :last-child").forEach(offerListening);
each<HTMLFormElement>("once", sendOnce);
each<HTMLFormElement>("once", keepExclusiveAlone);
document.querySelectorAll<HTMLFormElement>("form[data-forget]").forEach(forgetTyped);
each<HTMLTextAreaElement>("count", countLetters);
each<HTMLButtonElement>("print", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
focusErrorSummary();
