// The worker behind a respondent's pages. While the server answers it only passes on. When it does
// not, whatever navigator.onLine says, an answer waits here until it is handed in, and the next page
// comes from what the phone has kept. Decision 0019 says why it is built like this.
//
// What is kept lies encrypted in IndexedDB under a key that cannot be read out, only used. An answer
// goes out with an idempotency key, in the order in which it was given, before anything newer goes.
import { after, before, mayOpen, meets, options, position, required, situation, unfinished, visible } from "./rules";
import type { Answer, Rules, Situation } from "./rules";

type Field = [name: string, value: string];
type Said = Answer & { f: readonly Field[] };
interface Page {
  title: string;
  main: string;
  head: string;
  kind: string;
  told: Record<string, string>;
}
// What api/collect/offline.py hands out: the pages, and what belongs to one draft.
interface Pages {
  leave: string;
  shell: string;
  files: string[];
  rules: Rules;
  pages: Record<string, Page>;
  check: Page;
  done: Page;
  counted: string[];
}
interface Draft {
  of: string;
  token: string;
  csrf: string;
  answers: Record<string, Said>;
  left?: true;
}
interface Waiting {
  of: string;
  id: string;
  path: string;
  type: string;
  token: string;
  at: number;
}
interface Happened extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}
interface Worker {
  registration: { sync?: { register(tag: string): Promise<void> } };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: string, handle: (event: Happened) => void): void;
}
const worker = self as unknown as Worker;

const PATIENCE_MS = 8000;
const PATIENCE_WITH_FILES_MS = 60000;
const LONGEST_WAIT_MS = 90 * 864e5;
const FILES = "files";
// Who leaves a question by these has not answered it; what they typed is kept.
const STOPS = /^(back|contact|helping|later|settings|who)$/;

// --- what is kept

let opened: Promise<IDBDatabase> | undefined;
function database(): Promise<IDBDatabase> {
  return (opened ||= new Promise((done, failed) => {
    const opening = indexedDB.open("earshot", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  }));
}

async function inStore<Kept>(use: (store: IDBObjectStore) => IDBRequest<Kept>): Promise<Kept> {
  const change = (await database()).transaction("kept", "readwrite", { durability: "strict" });
  const request = use(change.objectStore("kept"));
  return new Promise((done, failed) => {
    change.oncomplete = () => done(request.result);
    change.onabort = () => failed(change.error);
  });
}

const read = <Kept>(name: string): Promise<Kept | undefined> => inStore((store) => store.get(name));
const write = (name: string, thing: unknown): Promise<unknown> => inStore((store) => store.put(thing, name));
const remove = (name: string): Promise<unknown> => inStore((store) => store.delete(name));

async function key(): Promise<CryptoKey> {
  let own = await read<CryptoKey>("key");
  if (!own) {
    own = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await write("key", own);
  }
  return own;
}

async function seal(name: string, plain: BufferSource): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  await write(name, [iv, await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain)]);
}

async function unseal(name: string): Promise<ArrayBuffer | undefined> {
  const sealed = await read<[Uint8Array<ArrayBuffer>, ArrayBuffer]>(name);
  return sealed && crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed[0] }, await key(), sealed[1]);
}

const keep = (name: string, thing: unknown): Promise<void> => seal(name, new TextEncoder().encode(JSON.stringify(thing)));

async function kept<Thing>(name: string): Promise<Thing | undefined> {
  const plain = await unseal(name);
  return plain && (JSON.parse(new TextDecoder().decode(plain)) as Thing);
}

const places = async (): Promise<string[]> =>
  ((await inStore((store) => store.getAllKeys())) as string[]).filter((name) => name[0] === "w").sort();

const waitingOf = async (draft: Draft): Promise<Waiting[]> =>
  (await Promise.all((await places()).map((place) => kept<Waiting>(place)))).filter((item) => item!.of === draft.of) as Waiting[];

async function forget(place: string): Promise<void> {
  await remove(place);
  await remove("b" + place);
}

// All that is here but what waits; without anything waiting, the key too.
async function forgetPages(): Promise<void> {
  await remove("pages");
  await remove("draft");
  await caches.delete(FILES);
  if (!(await places()).length) await remove("key");
}

async function forgetAll(): Promise<void> {
  await inStore((store) => store.clear());
  await caches.delete(FILES);
}

// --- the server

// What the server says; nothing when it cannot be reached in time.
async function ask(path: string, patience: number, init?: RequestInit): Promise<Response | undefined> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const said = await fetch(path, { redirect: "manual", signal: stop.signal, ...init });
    if (said.status > 501) return undefined;
    // A page that is cut off in the middle is no page: it counts only once it is here whole.
    return said.status && said.status !== 204 ? new Response(await said.arrayBuffer(), said) : said;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

// `carryOn` says that its own writer is here, and gets the way back into the draft again if the browser lost it.
function handIn(item: Waiting, body: BufferSource, carryOn: boolean): Promise<Response | undefined> {
  const headers = { "content-type": item.type, "idempotency-key": item.id, "earshot-waiting": item.token, "earshot-carry-on": "" + carryOn };
  const patience = item.type[0] === "m" ? PATIENCE_WITH_FILES_MS : PATIENCE_MS;
  return ask(item.path, patience, { method: "POST", headers, body });
}

// An answer of ours to something handed in; what stands between (a page to log in at, a gate) answers otherwise.
const isOurs = (said: Response | undefined): said is Response => !!said && (said.status === 204 || (said.status > 399 && said.status < 500 && said.status !== 429));
const leadsTo = (said: Response): string | null => said.headers.get("location");
const goTo = (path: string): Response => Response.redirect(path, 303);

// Hand in what waits, in order. What stands in the way: a page to show, or "down"; nothing when all is handed in.
async function drain(draft?: Draft): Promise<Response | "down" | undefined> {
  for (const place of await places()) {
    const item = (await kept<Waiting>(place))!;
    const own = !!draft && item.of === draft.of;
    const said = await handIn(item, (await unseal("b" + place))!, own);
    if (!isOurs(said)) return "down";
    const elsewhere = leadsTo(said);
    if (elsewhere || item.at < Date.now() - LONGEST_WAIT_MS) await forget(place);
    // Sending may have been too early, because an answer on the way was changed: then that page is shown.
    if (elsewhere && said.status === 409 && item.path === "/send" && own) return goTo(elsewhere);
    // What the server wants looked at again is shown, but never to somebody else.
    if (!elsewhere && own) return said;
  }
  return undefined;
}

// --- pages from here

function answerIn(kind: string, fields: readonly Field[], pressed: string): Answer {
  if (pressed === "decline") return { s: "d" };
  const given = fields.filter(([, value]) => value.trim());
  const values = given.map(([, value]) => value.trim().normalize("NFC"));
  const one = values[0];
  if (pressed === "skip" || one === undefined) return { s: "s" };
  const part = (name: string): string => (given.find((field) => field[0] === "answer-" + name) || ["", ""])[1].trim().padStart(2, "0");
  if (kind === "date") return { s: "a", v: `${part("year")}-${part("month")}-${part("day")}` };
  if (kind === "month") return { s: "a", v: `${part("year")}-${part("month")}` };
  if (kind === "multiple_choice") return { s: "a", v: values };
  if (kind === "ranking") return { s: "a", v: values.sort((a, b) => parseInt(a) - parseInt(b)).map((value) => value.split(":")[1]!) };
  return { s: "a", v: /^(integer|decimal|range)$/.test(kind) && isFinite(+one) ? +one : one };
}

const nameOf = (page: string): string => page.split("~")[0]!;
const today = (): string => new Date().toISOString().slice(0, 10);
const now = (pages: Pages, draft: Draft): Situation => situation(pages.rules, new Map(Object.entries(draft.answers)), today());

async function show(pages: Pages, draft: Draft, page: Page, state: object): Promise<Response> {
  const own = await waitingOf(draft);
  const answers = own.filter(nameIn).length || own.length;
  const counted = pages.counted[Math.min(answers, pages.counted.length - 1)]!;
  const { title, head } = page;
  const parts: Record<string, string> = {
    title,
    head,
    counted,
    main: page.main.replace('name="csrf" value=""', `name="csrf" value="${draft.csrf}"`),
    state: JSON.stringify({ ...state, of: draft.of }).replace(/[<&]/g, (sign) => (sign === "<" ? "\\u003c" : "\\u0026")),
  };
  const html = pages.shell.replace(/\{(title|head|counted|main|state)\}/g, (_, part: string) => parts[part]!);
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

function questionPage(pages: Pages, draft: Draft, at: Situation, name: string, more?: object): Promise<Response> {
  const part = at.parts.get(nameOf(name))!;
  const earlier = before(at, name);
  const said = draft.answers[name];
  return show(pages, draft, pages.pages[nameOf(name)]!, {
    name,
    fields: said ? said.f : [],
    options: part.choices && options(at, name),
    place: position(at, name),
    back: earlier && "/q/" + earlier,
    said: piped(pages, draft, at),
    ...more,
  });
}

// The answers before, with the pages whose words they stand in: for lists, and for sentences that repeat them.
const piped = (pages: Pages, draft: Draft, at: Situation): object[] =>
  visible(at)
    .filter((name) => at.parts.get(nameOf(name))!.asks)
    .map((name) => ({ name, main: pages.pages[nameOf(name)]!.main, ...(draft.answers[name] || { s: "s", f: [] }) }));

async function fromHere(path: string, pages: Pages, draft: Draft): Promise<Response> {
  const at = now(pages, draft);
  const [, kind, name] = path.split("/");
  const sends = (await waitingOf(draft)).some((item) => item.path === "/send");
  if (kind === "done" && sends) return show(pages, draft, pages.done, {});
  const asked = /^(q|upload)$/.test(kind!);
  const open = asked ? mayOpen(at, decodeURIComponent(name || "")) : unfinished(at) || (kind ? undefined : visible(at).find((page) => !draft.answers[page]));
  if (open) return open === name && kind === "q" ? questionPage(pages, draft, at, open) : goTo("/q/" + open);
  if (kind !== "check") return goTo("/check");
  return show(pages, draft, pages.check, { back: "/q/" + visible(at).pop(), list: piped(pages, draft, at) });
}

// An answer given while the server cannot be reached: it waits, and the next page comes from here.
async function answerHere(item: Waiting, body: ArrayBuffer, pages: Pages, draft: Draft): Promise<Response> {
  const name = nameIn(item);
  if (!name) {
    await wait(item, body);
    return goTo("/done");
  }
  const { pressed, ...said } = await saidIn(item, body, pages, draft, name);
  const at = now(pages, draft);
  const earlier = pressed === "back" && before(at, name);
  const stops = STOPS.test(pressed);
  const refused = said.s === "d" && at.parts.get(nameOf(name))!.may_decline === false;
  const wrong = (said.s === "s" || refused) && required(at, name) ? "required" : said.s === "a" && !meets(at, name, said.v!) && "constraint";
  // All other ways off a question need the server: what was typed is kept, and the page says that there is no internet.
  if (stops && (wrong || said.s !== "a")) return earlier ? goTo("/q/" + earlier) : questionPage(pages, draft, at, name, { fields: said.f });
  if (wrong) return questionPage(pages, draft, at, name, { fields: said.f, problem: pages.pages[nameOf(name)]!.told[wrong] });
  await wait(item, body);
  draft.answers[name] = said;
  await keep("draft", draft);
  if (stops && !earlier) return questionPage(pages, draft, at, name);
  const next = earlier || after(now(pages, draft), name);
  return goTo(next ? "/q/" + next : "/check");
}

async function wait(item: Waiting, body: ArrayBuffer): Promise<void> {
  const last = (await places()).pop();
  const place = "w" + (last ? +last.slice(1) + 1 : 1e6);
  await seal("b" + place, body);
  await keep(place, item);
  await worker.registration.sync?.register("waiting").catch(() => undefined);
}

const nameIn = (item: Waiting): string => decodeURIComponent(item.path.split("/")[2] || "");

async function saidIn(item: Waiting, body: ArrayBuffer, pages: Pages, draft: Draft, name: string): Promise<Said & { pressed: string }> {
  const form = await new Response(body, { headers: { "content-type": item.type } }).formData();
  const fields: Field[] = [];
  form.forEach((value, field) => {
    if (/^answer/.test(field)) fields.push([field, typeof value === "string" ? value : value.size ? "file" : ""]);
  });
  const pressed = "" + form.get("action");
  const said = answerIn(pages.pages[nameOf(name)]!.kind, fields, pressed);
  // No new file keeps the one that was there.
  const before = item.path[1] === "u" && said.s === "s" && pressed === "next" && draft.answers[name];
  return { ...(before || { ...said, f: fields }), pressed };
}

// --- what a phone asks

async function post(request: Request, path: string): Promise<Response> {
  const draft = await kept<Draft>("draft");
  const pages = await kept<Pages>("pages");
  const body = await request.arrayBuffer();
  const type = request.headers.get("content-type") || "";
  if (!draft || !pages || draft.left) return fetch(path, { method: "POST", headers: { "content-type": type }, body, redirect: "manual" });
  // What is answered again replaces what waits; and after a change somebody sends anew.
  for (const place of await places()) {
    const item = (await kept<Waiting>(place))!;
    if (item.of === draft.of && (item.path === path || item.path === "/send")) await forget(place);
  }
  const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)))).replace(/\W/g, "-");
  const item: Waiting = { of: draft.of, id, path, type, token: draft.token, at: Date.now() };
  const obstacle = await drain(draft);
  if (obstacle && obstacle !== "down") {
    await wait(item, body);
    return obstacle;
  }
  const said = obstacle ? undefined : await handIn(item, body, true);
  if (!isOurs(said)) return answerHere(item, body, pages, draft);
  const elsewhere = leadsTo(said);
  const name = nameIn(item);
  if (said.status === 204 && name) {
    const { pressed, ...given } = await saidIn(item, body, pages, draft, name);
    if (!STOPS.test(pressed)) {
      draft.answers[name] = given;
      await keep("draft", draft);
    }
  }
  return elsewhere ? goTo(elsewhere) : said;
}

async function get(request: Request, path: string): Promise<Response> {
  const draft = await kept<Draft>("draft");
  if (!draft) return fetch(request);
  if (draft.left) {
    // Somebody left quickly, and the server could not be told: nobody sees their pages.
    await drain();
    if (!(await ask("/leave", PATIENCE_MS))) return goTo((await kept<Pages>("pages"))!.leave);
    await forgetPages();
    return fetch(request);
  }
  const obstacle = await drain(draft);
  if (obstacle && obstacle !== "down") return obstacle;
  const said = obstacle ? undefined : await ask(path, PATIENCE_MS);
  if (!said) return fromHere(path, (await kept<Pages>("pages"))!, draft);
  if ((path === "/done" && said.ok) || path === "/finished") await forgetPages();
  return said;
}

async function leave(): Promise<void> {
  const draft = await kept<Draft>("draft");
  if (draft) await keep("draft", { ...draft, left: true });
  await drain();
  if (await ask("/leave", PATIENCE_MS)) await forgetPages();
}

// The draft of somebody who may still be here: they did not leave quickly.
async function ownDraft(): Promise<Draft | undefined> {
  const draft = await kept<Draft>("draft");
  return draft && !draft.left ? draft : undefined;
}

// The browser asks for this when it believes in a network, and again later while this fails.
async function sendBehind(): Promise<void> {
  if ((await drain(await ownDraft())) === "down") throw new Error("not yet");
}

async function keepSurvey(of: string): Promise<Response> {
  const held = await kept<Draft>("draft");
  if (held && held.of === of && !held.left) return new Response();
  const [pages, own] = await Promise.all([ask("/offline/pages", PATIENCE_WITH_FILES_MS), ask("/offline/answers", PATIENCE_WITH_FILES_MS)]);
  if (pages && own && pages.ok && own.ok) {
    const survey = (await pages.json()) as Pages;
    await caches.delete(FILES);
    const files = await caches.open(FILES);
    // A picture that does not come is no reason to have no words.
    await Promise.all(survey.files.map((file) => files.add(file).catch(() => undefined)));
    await keep("pages", survey);
    await keep("draft", await own.json()); // last: with it the rest is there
  }
  return new Response();
}

// PUT keeps a survey, POST tries again, DELETE forgets: a page talks to this worker, never to the server.
async function talk(request: Request): Promise<Response> {
  if (request.method === "PUT") return keepSurvey(await request.text());
  if (request.method === "DELETE") await forgetAll();
  else await drain(await ownDraft());
  return new Response("" + (await places()).length);
}

// --- one after the other: two pages at once would hand in the same answer twice

let last: Promise<unknown> = Promise.resolve();
function inTurn<Thing>(work: () => Promise<Thing>): Promise<Thing> {
  const mine = last.then(work, work);
  last = mine.catch(() => undefined);
  return mine;
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("sync", (event) => event.waitUntil(inTurn(sendBehind)));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (/^\/(static|media)\//.test(pathname)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  } else if (pathname === "/offline/waiting") event.respondWith(inTurn(() => talk(request)));
  else if (request.mode !== "navigate") return;
  else if (pathname === "/leave") {
    // At once: what waits is handed in behind it.
    event.respondWith(kept<Pages>("pages").then((pages) => (pages ? goTo(pages.leave) : fetch(request))));
    event.waitUntil(inTurn(leave));
  } else if (/^\/((q|s|upload)\/.*|check|send|done|finished)?$/.test(pathname)) {
    const again = request.clone();
    // Where nothing can be kept (no room, a private window), everything is as it is without a worker.
    const work = (): Promise<Response> => (request.method === "POST" ? post(request, pathname) : get(request, pathname));
    event.respondWith(inTurn(work).catch(() => fetch(again)));
  }
});
