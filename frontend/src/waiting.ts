// A page that comes from the phone (src/sw.ts): what was answered before is filled in, words that repeat an answer
// are completed, and what waits can be tried again or deleted. There is always a script where there is a worker.
type Field = [name: string, value: string];
interface Before {
  name: string;
  main: string;
  s: "a" | "d" | "s";
  f: Field[];
}
interface State {
  of: string;
  name?: string;
  fields?: Field[];
  options?: string[];
  place?: [number, number];
  back?: string;
  problem?: string;
  said?: Before[];
  list?: Before[];
}

const WAIT = "/offline/waiting";
const TRY_EVERY_MS = 20000;

const state = JSON.parse(document.querySelector<HTMLTemplateElement>("#kept")!.content.textContent!) as State;
const main = document.querySelector("main")!;
const form = main.querySelector("form");

const pageOf = (before: Before): Document => new DOMParser().parseFromString(before.main, "text/html");
const isNamed = (part: Element, [name, value]: Field): boolean => part.getAttribute("name") === name && part.getAttribute("value") === value;

// What somebody said, in the words of the page that asked.
function inWords(before: Before): string[] {
  const page = pageOf(before);
  return before.f
    .filter((field) => field[1].trim())
    .map((field) => {
      const option = [...page.querySelectorAll("input[type=radio], input[type=checkbox]")].find((part) => isNamed(part, field));
      const label = option && page.querySelector(`label[for="${option.id}"]`);
      return label ? label.textContent!.trim() : field[1].replace(/^\d+:/, "");
    });
}

function labelOf(page: Document): string {
  const heading = page.querySelector("h1 > :last-child") || page.querySelector("h1");
  return heading ? heading.textContent!.trim() : "";
}

// `at` is the page that says it: what was said in the same turn of a repeated group comes first.
function complete(root: Element, said: readonly Before[], at = ""): void {
  const turns = at.split("~").slice(1);
  const keysOf = (name: string): string[] => turns.map((_, depth) => [name, ...turns.slice(0, turns.length - depth)].join("~")).concat(name);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    node.nodeValue = node.nodeValue!.replace(/\$\{\s*([\w.-]+)\s*\}/g, (_, name: string) => {
      const before = keysOf(name).map((key) => said.find((one) => one.name === key && one.s === "a")).find((one) => one);
      return before ? inWords(before).join(", ").slice(0, 60) : "…";
    });
  }
}

function fill(fields: readonly Field[]): void {
  for (const field of fields) {
    const parts = [...main.querySelectorAll<HTMLInputElement>(`[name="${field[0]}"]`)];
    for (const part of parts) {
      if (/radio|checkbox/.test(part.type)) part.checked ||= part.value === field[1];
      else if (part.tagName === "SELECT") {
        if ([...part.querySelectorAll("option")].some((option) => option.value === field[1])) part.value = field[1];
      } else if (part.type !== "file") part.value = field[1];
    }
  }
}

function offer(options: readonly string[]): void {
  const parts = [...main.querySelectorAll<HTMLInputElement>(".choice input")];
  const cards = parts.map((part) => part.closest(".choice")!);
  parts.forEach((part, place) => {
    if (!options.includes(part.value)) cards[place]!.remove();
  });
  for (const name of options) {
    const place = parts.findIndex((part) => part.value === name);
    if (place >= 0) cards[place]!.parentElement!.append(cards[place]!);
  }
}

function tell(problem: string): void {
  const said = document.createElement("p");
  said.className = "error";
  said.id = "answer-error";
  said.setAttribute("role", "alert");
  said.textContent = problem;
  form!.prepend(said);
  document.title = "! " + document.title;
}

// One entry is there for each way to answer; each answer takes a copy of its own.
function list(answers: readonly Before[]): void {
  const place = main.querySelector(".answers")!;
  const [answered, declined, skipped] = [...place.children];
  place.textContent = "";
  for (const before of answers) {
    const entry = { a: answered, d: declined, s: skipped }[before.s]!.cloneNode(true) as Element;
    const label = labelOf(pageOf(before));
    entry.querySelector("dt")!.textContent = label;
    const change = entry.querySelector("a")!;
    change.href = "/q/" + before.name;
    change.querySelector("span")!.textContent = ": " + label;
    const line = entry.querySelector(".own-words");
    if (line) {
      line.replaceWith(
        ...inWords(before).map((words) => {
          const one = line.cloneNode() as Element;
          one.textContent = words;
          return one;
        }),
      );
    }
    complete(entry, answers, before.name);
    place.append(entry);
  }
}

if (state.name) {
  const action = form!.getAttribute("action")!;
  form!.setAttribute("action", action.replace(/[^/]*$/, state.name));
  const way = main.querySelector(".progress");
  if (way && state.place) {
    way.querySelector("span")!.textContent = way.querySelector("span")!.textContent!.replace("1", "" + state.place[0]).replace(/1(?!.*1)/, "" + state.place[1]);
    const bar = way.querySelector("progress")!;
    bar.max = state.place[1];
    bar.value = state.place[0];
  }
  fill(state.fields || []);
  if (state.options) offer(state.options);
  if (state.problem) tell(state.problem);
}
// Three words come from the server.
for (const part of main.querySelectorAll(".later")) part.remove();
const back = main.querySelector<HTMLElement>(".back");
if (back instanceof HTMLAnchorElement) back.href = state.back!;
else if (!state.back) back?.remove();
if (state.list) list(state.list);
complete(main, state.said || [], state.name);

async function forget(): Promise<void> {
  await fetch(WAIT, { method: "DELETE" });
  const gone = main.querySelector<HTMLElement>("[data-gone]")!;
  main.replaceChildren(gone);
  gone.hidden = false;
  gone.focus();
}
async function again(reload: boolean): Promise<void> {
  const left = await (await fetch(WAIT, { method: "POST" })).text();
  if (left === "0" || reload) {
    // Nobody who writes loses what they wrote to a page that loads itself again.
    if (reload || !form || form.getAttribute("action") === "/send") location.reload();
    else main.querySelector<HTMLElement>(".waiting")!.hidden = true;
  }
}
main.querySelector("[data-try]")!.addEventListener("click", () => void again(true));
main.querySelector("[data-delete]")!.addEventListener("click", () => void forget());
addEventListener("online", () => void again(false));
document.addEventListener("visibilitychange", () => void (document.hidden || again(false)));
setInterval(() => void (document.hidden || again(false)), TRY_EVERY_MS);
