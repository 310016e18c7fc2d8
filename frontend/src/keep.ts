// After agreeing: ask the worker to keep the survey on this phone, for when there is no network (src/sw.ts).

export function keepForLater(place: HTMLElement): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const line = (navigator as { connection?: { saveData?: boolean } }).connection;
  // Where nothing can be kept in secret nothing is, nor where somebody asked to save data.
  if (!workers || typeof indexedDB === "undefined" || !isSecureContext || (line && line.saveData)) return;
  // Somebody who goes on at once ends this; the next page asks again.
  const ask = (): void => void fetch("/offline/waiting", { method: "PUT", body: place.dataset["of"]! }).catch(() => undefined);
  addEventListener("load", () => {
    if (workers.controller) ask();
    else workers.addEventListener("controllerchange", ask, { once: true });
    workers.register("/sw.js").catch(() => undefined);
  });
}
