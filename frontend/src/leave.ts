// Leaving quickly: the page is gone at once, even while a slow network still fetches the other site.

const LEFT = "left";

function leave(href: string): void {
  document.documentElement.hidden = true;
  document.title = "…";
  location.replace(href);
}

function cameBack(event: PageTransitionEvent): boolean {
  const entries = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return event.persisted || entries[0]?.type === "back_forward";
}

export function leaveQuickly(link: HTMLAnchorElement): void {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    remember();
    leave(link.href);
  });
  // The back button of the browser must not bring an answer back on the screen.
  addEventListener("pageshow", (event) => {
    if (!hasLeft()) return;
    if (cameBack(event)) leave(link.href);
    else forget();
  });
}

// Storage may be forbidden (private windows, old phones): leaving works without it.
function remember(): void {
  try {
    sessionStorage.setItem(LEFT, "1");
  } catch {
    return;
  }
}

function hasLeft(): boolean {
  try {
    return sessionStorage.getItem(LEFT) !== null;
  } catch {
    return false;
  }
}

function forget(): void {
  sessionStorage.removeItem(LEFT);
}
