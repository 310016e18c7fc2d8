// A recorder for a voice: start, stop, listen, record again. Where it cannot be, the file field is enough.
import { button, canFill, fill } from "./file";
import { each } from "./form";

const LONGEST_MS = 3 * 60 * 1000;
const BITS_PER_SECOND = 32_000;

export function recordAVoice(place: HTMLElement): void {
  const field = place.querySelector<HTMLInputElement>("input[type=file]");
  if (!field || !canFill() || !navigator.mediaDevices || typeof MediaRecorder === "undefined") return;
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("aria-live", "polite");
  const heard = document.createElement("audio");
  heard.controls = true;
  heard.preload = "none";
  heard.className = "sound";
  heard.hidden = true;
  let recorder: MediaRecorder | null = null;
  let limit = 0;

  const say = (words: string | undefined): void => {
    said.textContent = words ?? "";
  };
  const keep = (pieces: Blob[], type: string): void => {
    const voice = new Blob(pieces, { type });
    fill(field, voice, "voice");
    if (heard.src) URL.revokeObjectURL(heard.src);
    heard.src = URL.createObjectURL(voice);
    heard.hidden = false;
    say(place.dataset["done"]);
  };
  const start = async (): Promise<void> => {
    let voice: MediaStream;
    try {
      voice = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say(place.dataset["denied"]);
      return;
    }
    const pieces: Blob[] = [];
    const running = new MediaRecorder(voice, { audioBitsPerSecond: BITS_PER_SECOND });
    running.addEventListener("dataavailable", (event) => pieces.push(event.data));
    running.addEventListener("stop", () => {
      clearTimeout(limit);
      voice.getTracks().forEach((track) => track.stop());
      recorder = null;
      press.textContent = place.dataset["start"] ?? "";
      keep(pieces, running.mimeType);
    });
    running.start();
    recorder = running;
    limit = setTimeout(() => running.stop(), LONGEST_MS);
    press.textContent = place.dataset["stop"] ?? "";
    say(place.dataset["running"]);
  };
  const press = button(place.dataset["start"], () => {
    if (recorder) recorder.stop();
    else void start();
  });
  place.prepend(press, said, heard);
  // Leaving while it runs must not go on listening.
  addEventListener("pagehide", () => recorder?.stop());
}

each<HTMLElement>("record", recordAVoice);
