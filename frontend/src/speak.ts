// Reads the page aloud, sentence by sentence, and shows which. Recorded audio is played in place of the words it says.
// Fetched when somebody presses Listen; nothing that was typed is read, and nothing leaves the device.
import { voiceFor } from "./voice";

const RATE = 0.9;
const SILENT = "[hidden],[aria-hidden=true],script,style,textarea,select,audio,video,progress,svg,details:not([open])>:not(summary)";

type Piece = { words: Text; language: string } | { recording: HTMLAudioElement; around: Element };

let stopNow: (() => void) | null = null;

export function listenOrStop(button: HTMLButtonElement): void {
  if (stopNow) stopNow();
  else void read(button);
}

async function read(button: HTMLButtonElement): Promise<void> {
  const before = button.textContent;
  let stopped = false;
  let putBack = (): void => undefined;
  let silence = (): void => undefined;
  const stop = (): void => {
    stopped = true;
    stopNow = null;
    speechSynthesis.cancel();
    silence();
    putBack();
    button.textContent = before;
    ends.forEach((one) => one.target.removeEventListener(one.event, end, true));
  };
  const end = (event: Event): void => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    if (event.type === "visibilitychange" && !document.hidden) return;
    if (event.type === "click" && !(event.target as Element).closest(".leave-link")) return;
    stop();
  };
  const ends = ["pagehide", "submit", "keydown", "visibilitychange", "click"].map((event) => ({
    event,
    target: event === "pagehide" ? window : document,
  }));
  ends.forEach((one) => one.target.addEventListener(one.event, end, true));
  stopNow = stop;
  button.textContent = button.dataset["stop"] ?? before;
  speechSynthesis.cancel();

  for (const piece of piecesOf(document.querySelector("main")!)) {
    if (stopped) return;
    if ("recording" in piece) {
      piece.around.classList.add("spoken");
      putBack = () => piece.around.classList.remove("spoken");
      silence = () => piece.recording.pause();
      await played(piece.recording);
      silence = () => undefined;
    } else {
      const voice = voiceFor(piece.language);
      if (!voice) continue; // no voice of another language pretends
      const holder = split(piece.words, piece.language);
      putBack = () => holder.replaceWith(piece.words);
      for (const sentence of [...holder.children].filter((part) => part.textContent?.trim())) {
        if (stopped) break;
        sentence.classList.add("spoken");
        if (!(await said(sentence.textContent ?? "", voice)) && !stopped) return stop();
        sentence.classList.remove("spoken");
      }
    }
    if (!stopped) putBack();
    putBack = () => undefined;
  }
  if (!stopped) stop();
}

// In the order of the page. A recording stands right after what it says, and is heard in its place.
function piecesOf(root: Element): Piece[] {
  const pieces: Piece[] = [];
  const walk = (element: Element): void => {
    if (element.matches(SILENT) || !element.getClientRects().length) return;
    const next = element.nextElementSibling;
    if (next instanceof HTMLAudioElement && next.matches("[src^='/media/']")) {
      pieces.push({ recording: next, around: element });
      return;
    }
    element.childNodes.forEach((node) => {
      if (node instanceof Element) walk(node);
      else if (node instanceof Text && /[\p{L}\p{N}]/u.test(node.data)) {
        pieces.push({ words: node, language: element.closest<HTMLElement>("[lang]")?.lang ?? "" });
      }
    });
  };
  walk(root);
  return pieces;
}

function split(words: Text, language: string): Element {
  const holder = document.createElement("span");
  for (const sentence of sentencesOf(words.data, language)) {
    const part = document.createElement("span");
    part.textContent = sentence;
    holder.append(part);
  }
  words.replaceWith(holder);
  return holder;
}

type Segmenter = new (language: string, wish: object) => { segment(text: string): Iterable<{ segment: string }> };

function sentencesOf(text: string, language: string): string[] {
  const Sentences = (Intl as unknown as { Segmenter?: Segmenter }).Segmenter;
  if (!Sentences) return text.match(/[^.!?؟。]+[.!?؟。]*\s*/gu) ?? [text];
  return [...new Sentences(language || "en", { granularity: "sentence" }).segment(text)].map((one) => one.segment);
}

let utterance: SpeechSynthesisUtterance; // kept: some browsers forget one that nobody holds, and never end it

function said(words: string, voice: SpeechSynthesisVoice): Promise<boolean> {
  return new Promise((done) => {
    utterance = new SpeechSynthesisUtterance(words.trim());
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = RATE;
    utterance.onend = () => done(true);
    utterance.onerror = () => done(false);
    speechSynthesis.speak(utterance);
  });
}

function played(recording: HTMLAudioElement): Promise<void> {
  return new Promise((done) => {
    recording.onended = recording.onerror = recording.onpause = () => done();
    recording.currentTime = 0;
    recording.play().catch(() => done());
  });
}
