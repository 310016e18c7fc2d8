// The settings over the page somebody is on: what they typed stays, each choice is seen at once and kept on the device.
// The form is that of /settings, so there is one; without this file the link leads to it. Fetched on the first tap.

const COOKIE = "earshot_look";
const YEAR_S = 31536000;
const html = document.documentElement;

export async function openSettings(link: HTMLElement): Promise<void> {
  let page: Document;
  try {
    page = await fetched(link.dataset["href"] ?? (link as HTMLAnchorElement).href);
  } catch {
    // Following the link would lose what was typed.
    link.textContent = link.dataset["sorry"] ?? "";
    return;
  }
  const form = page.querySelector<HTMLFormElement>("main form");
  if (!form) return;
  const leave = document.querySelector<HTMLElement>(".leave")?.cloneNode(true) as HTMLElement;
  leave.querySelector(".skip-link")?.remove();
  leave.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>("body > .leave a")?.click();
  });
  const sheet = document.createElement("dialog");
  sheet.className = "settings";
  sheet.setAttribute("aria-labelledby", "settings-title");
  sheet.append(leave, form);

  form.addEventListener("change", () => keep(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if ((event as SubmitEvent).submitter?.getAttribute("value") === "reset") {
      form.querySelectorAll("fieldset").forEach((group) => {
        group.querySelectorAll("input").forEach((input) => (input.checked = isDefault(input)));
      });
      keep(form);
    } else shut();
  });
  const shut = show(sheet, link);
}

// Old phones have no dialog: there the sheet stands in place of the page, which waits out of sight with all that was typed.
function show(sheet: HTMLDialogElement, link: HTMLElement): () => void {
  document.body.append(sheet);
  if (typeof sheet.showModal === "function") {
    sheet.addEventListener("close", () => sheet.remove());
    sheet.showModal();
    return () => sheet.close();
  }
  const rest = [...document.body.children].filter((part) => part !== sheet) as HTMLElement[];
  const waiting = rest.filter((part) => !part.hidden);
  sheet.setAttribute("role", "dialog");
  sheet.style.display = "block";
  sheet.tabIndex = -1;
  waiting.forEach((part) => (part.hidden = true));
  sheet.focus();
  const shut = (): void => {
    waiting.forEach((part) => (part.hidden = false));
    sheet.remove();
    link.focus();
  };
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  return shut;
}

// The three ways a page can be, on the first page: the same without a sheet.
export function chooseTone(form: HTMLFormElement, pressed: HTMLButtonElement): void {
  form.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === pressed)));
  choose("tone", pressed.value, pressed.value === "plain");
  save();
}

function keep(form: HTMLFormElement): void {
  form.querySelectorAll<HTMLInputElement>("input:checked").forEach((input) => {
    choose(input.name, input.value, isDefault(input));
  });
  save();
}

function isDefault(input: HTMLInputElement): boolean {
  return input.hasAttribute("data-default");
}

function choose(name: string, value: string, isUsual: boolean): void {
  if (isUsual) delete html.dataset[name];
  else html.dataset[name] = value;
  if (name === "tone" && value === "pictures" && !document.querySelector("main .spot")) void draw();
}

// Drawings are not sent to those who did not ask for them.
async function draw(): Promise<void> {
  save();
  const spot = (await fetched(location.href)).querySelector("main .spot");
  if (spot) document.querySelector("main h1")?.prepend(spot);
}

// What the server writes into the page and what is written here are the same words: api/look.py reads both.
function save(): void {
  const chosen = Object.entries(html.dataset).map((pair) => pair.join(":"));
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${chosen.join(".")}; path=/; max-age=${chosen.length ? YEAR_S : 0}; samesite=lax${secure}`;
}

async function fetched(address: string): Promise<Document> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
