// What a tap on "Settings" or on one of the three ways a page can be does where scripts run; settings.ts comes only then.

interface Settings {
  openSettings(link: HTMLElement): Promise<void>;
  chooseTone(form: HTMLFormElement, pressed: HTMLButtonElement): void;
}

export function openOnTap(place: HTMLElement): void {
  const script = place.dataset["script"];
  if (!script) return;
  place.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLButtonElement>("button");
    if (place instanceof HTMLFormElement && !pressed) return;
    event.preventDefault();
    import(script).then(
      (settings: Settings) =>
        place instanceof HTMLFormElement
          ? settings.chooseTone(place, pressed!)
          : settings.openSettings(place),
      () => {
        if (place.dataset["sorry"]) place.textContent = place.dataset["sorry"];
      },
    );
  });
}
