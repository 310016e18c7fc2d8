// A tablet for many: a page left alone asks whether somebody is there, and starts again. Nothing comes back by the back
// button, and nothing that scripts stored outlives the start page. Without this file the server cleans up all the same.

// A page taken out of the browser's memory could show what the one before had typed.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

function clearStored(): void {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    return; // forbidden: then nothing was stored either
  }
}

// By the clock and not by counting: a tablet that slept with the page open starts again as soon as it wakes up.
function watch(box: HTMLElement): void {
  const idle = Number(box.dataset["idle"]);
  const warn = Number(box.dataset["warn"]);
  const told = box.querySelector<HTMLElement>("[role=status]");
  const dialog = "showModal" in box ? (box as HTMLDialogElement) : null; // not in browsers before 2022
  const inFlow = box.dataset["module"] === "turn-over";
  let touched = Date.now();
  let focused: Element | null = null;

  const shown = (): boolean => inFlow || box.hasAttribute("open");
  const show = (): void => {
    focused = document.activeElement;
    if (dialog) dialog.showModal();
    else box.setAttribute("open", "");
    box.querySelector("button")?.focus();
  };
  const hide = (): void => {
    if (dialog) dialog.close();
    else box.removeAttribute("open");
    if (focused instanceof HTMLElement) focused.focus();
  };
  const stay = (): void => {
    touched = Date.now();
    say(warn);
  };
  const say = (left: number): void => {
    const words = told?.dataset[String(Math.ceil(left / 10) * 10)];
    if (told && words && told.textContent !== words) told.textContent = words;
  };
  const look = (): void => {
    const left = idle + warn - (Date.now() - touched) / 1000;
    if (left <= 0) location.replace("/kiosk");
    else if (left <= warn) {
      if (!shown()) show();
      say(left);
    }
  };
  for (const sign of ["pointerdown", "touchstart", "keydown", "input", "wheel"]) {
    addEventListener(sign, stay, { capture: true, passive: true });
  }
  // Only at the click: hidden under a finger that is still down, the click would choose an answer beneath.
  if (!inFlow) box.addEventListener("click", hide);
  stay();
  setInterval(look, 1000);
}

const box =
  document.querySelector<HTMLElement>("[data-module=turn-over]") ??
  document.querySelector<HTMLElement>("[data-module=still-there]");
if (box) watch(box);
else clearStored();
