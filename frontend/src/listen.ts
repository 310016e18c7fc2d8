// The button "Listen": shown only where this device has a voice for the language of the page.
import { voiceFor } from "./voice";

const LOOK_AGAIN_MS = [250, 1000, 3000];

interface Speaking {
  listenOrStop(button: HTMLButtonElement): void;
}

export function offerListening(button: HTMLButtonElement): void {
  const script = button.dataset["script"];
  if (!script || !("speechSynthesis" in window)) return;
  const press = (): Promise<void> => import(script).then((part: Speaking) => part.listenOrStop(button));
  const look = (): void => {
    if (!button.hidden || !voiceFor(document.documentElement.lang)) return;
    button.hidden = false;
    // Some browsers let nothing speak before a tap; then the button is there all the same.
    if (document.documentElement.dataset["aloud"]) void press();
  };
  button.addEventListener("click", () => {
    // iPhones let a page speak only if the tap itself began it, and the script comes a moment later.
    if (!speechSynthesis.speaking) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
    void press();
  });
  // Voices come late: at once, when told, or a little after without being told.
  look();
  speechSynthesis.onvoiceschanged = look;
  LOOK_AGAIN_MS.forEach((ms) => setTimeout(look, ms));
}
