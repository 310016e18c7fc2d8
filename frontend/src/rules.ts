// The rules of a survey on a phone: conditions and calculations worked out, and which page comes
// next, exactly as survey_engine does (evaluation, situation, journey, ordering, pattern_tree).
// Whoever changes a rule there changes it here; tests/shared holds the cases both must pass, and
// tests/unit/test_rules_on_the_phone.py compares thousands that nobody wrote.
//
// What comes in: the rules as survey_engine.rules.rules_for_phone writes them, answers by key as
// they are stored ({s: "a", v: 12}), and today as 2026-03-01. No DOM, no clock, no network. Nothing
// here throws or hangs, whatever the answers are. The server has the last word when they arrive.
//
// The worker behind a respondent's pages (sw.ts) loads it. It is written to be small: no array is
// taken apart by pattern and no ?? used, which cost most when translated for old phones. Names come
// from outside, and one may be "constructor": they are looked up in a Map, never in an object.

export type Value = string | number | boolean | readonly string[] | null;
export type Answer = { s: "a" | "d" | "s"; v?: string | number | readonly string[] };
export type Answers = ReadonlyMap<string, Answer>;
// A pattern laid out step by step (survey_engine/pattern_tree.py).
export interface Step {
  ends?: readonly number[]; // takes one sign between two of these
  when?: string; // takes none, and leads on only here
  to: readonly number[];
}
type Constant = { op: "value"; value: string | number | boolean | readonly Step[] };
type Reference = { op: "answer"; name: string };
export type Node =
  | Constant
  | Reference
  | { op: "this" }
  | { op: "negative"; operand: Node }
  | { op: "and"; parts: readonly Node[] }
  | { op: "or"; parts: readonly Node[] }
  | { op: "call"; function: string; arguments: readonly Node[] }
  | { op: "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "div" | "mod"; left: Node; right: Node };
export interface Choice {
  name: string;
  stays?: true; // last in a random order
  columns?: Readonly<Record<string, string>>;
}
export interface Part {
  name: string;
  in?: string; // the group that holds it
  chain?: Chain; // the repeated groups it lies in, a repeated group counts itself
  group?: true;
  page?: true; // a question or note that is shown, or a repeated group that asks how many
  asks?: true; // the page has an answer
  several?: true; // the answer is several options
  worked_out?: true; // no page, kept like an answer
  relevant?: Node;
  calculation?: Node;
  default?: Node;
  required?: Node;
  may_decline?: false;
  constraint?: Node;
  choices?: readonly Choice[];
  choice_filter?: Node;
  shuffle?: true;
  shuffle_seed?: Node;
  most?: number; // turns of a repeated group
  count?: Node;
}
export interface Rules {
  parts: readonly Part[]; // in reading order
  order: readonly number[]; // their places, so that each comes after what it looks at
  chance?: true; // something is left to chance: the seed is kept with the answers
}

type Turn = readonly number[];
type Chain = readonly string[];
// The values of several turns; where one is needed the first counts.
class Turns {
  constructor(readonly all: readonly Value[]) {}
}
type Found = Value | Turns;

// A survey seen with given answers.
export interface Situation {
  rules: Rules;
  answers: Answers;
  parts: Map<string, Part>;
  today: string | null;
  seed: number;
  values: Map<string, Value>; // what counts, by key
  relevant: Map<string, boolean>;
  turns: Map<string, number>; // how many a repeated group has, by its key
  budget: number; // turns and options that may still be looked at
}
// From where a condition looks.
export interface Scope {
  now: Situation;
  self: Value;
  chain: Chain;
  turn: Turn;
  choice?: Choice | undefined;
  outer?: Scope;
}

export const BUDGET = 200_000;
const LONGEST_TEXT = 20_000;
const DAY_MS = 864e5;

// --- what values mean

const isList = (value: Value): value is readonly string[] => Array.isArray(value);
const first = (found: Found | undefined): Value => {
  const value = found instanceof Turns ? found.all[0] : found;
  return value === undefined ? null : value;
};
const listed = (found: Found): readonly Value[] => (found instanceof Turns ? found.all : [found]);
const isEmpty = (value: Value): boolean => (value as string).length === 0;

function text(found: Found): string {
  const value = first(found);
  return value !== value ? "" : ([] as unknown[]).concat(value).join(" ");
}

function number(found: Found): number {
  const value = first(found);
  if (typeof value === "number" || typeof value === "boolean") return +value;
  const said = text(value);
  return /^[ \t\n\r]*-?(\d+(\.\d*)?|\.\d+)[ \t\n\r]*$/.test(said) ? +said : days(said);
}

function boolean(found: Found): boolean {
  const value = first(found);
  return !!value && !isEmpty(value);
}

function isAnswered(found: Found): boolean {
  const value = first(found);
  return value !== null && !isEmpty(value);
}

function tidy(found: Found): Value {
  const value = first(found);
  return typeof value !== "number" ? value : isFinite(value) ? value + 0 : null;
}

function moment(said: string): Date | null {
  const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?)?[^\n]*$/.exec(said);
  if (!found) return null;
  const date = new Date(found[1] + "T" + (found[2] || "00:00") + "Z");
  date.setUTCSeconds(Math.min(+(found[3] || 0), 59));
  // Some browsers take the 31st of June for the 1st of July, and 24:00 for the next day; a year nought there is not.
  return isoOf(date).startsWith(found[1]!) && found[1]! > "0001" ? date : null;
}

const isoOf = (date: Date): string => String(date.toJSON());

function days(said: string): number {
  const date = moment(said);
  if (!date) return NaN;
  const whole = Math.floor(+date / DAY_MS);
  return whole + (+date - whole * DAY_MS) / 1000 / 86_400;
}

const split = (said: string): string[] => said.split(/[ \t\n\r]+/).filter((word) => word);

function chosenOptions(found: Found): readonly string[] {
  const value = first(found);
  return isList(value) ? value : split(text(value));
}

// Signs are counted as the server does: an emoji is one.
const signsOf = (said: string): string[] => [...said];
const cut = (said: string): string =>
  said.length > LONGEST_TEXT ? signsOf(said).slice(0, LONGEST_TEXT).join("") : said;

// --- numbers

// Processors and browsers differ in the last digits of what no finite sum yields.
const roundedOff = (value: number): number => +value.toPrecision(12);
const halvesUp = (value: number): number => Math.floor(value + 0.5);

function multipliedOut(a: number, times: number): number {
  let product = 1;
  for (let left = Math.abs(times); left; left = Math.floor(left / 2)) {
    if (left % 2) product *= a;
    a *= a;
  }
  return times < 0 ? 1 / product : product;
}

function power(a: number, b: number): number {
  if (isNaN(a)) return a;
  return Number.isInteger(b) ? multipliedOut(a, b) : roundedOff(Math.pow(a, b));
}

function rounded(value: number, places = 0): number {
  if (!isFinite(places)) return NaN;
  const shift = multipliedOut(10, Math.trunc(Math.min(Math.max(places, -15), 15)));
  const shifted = Math.abs(value) * shift;
  return isFinite(shifted) ? (Math.sign(value) * halvesUp(shifted)) / shift : value;
}

const everyOne = (given: readonly Found[]): Value[] =>
  ([] as Value[]).concat(...(given.map(listed) as Value[][]));
const joined = (between: string, given: readonly Found[]): string => cut(everyOne(given).map(text).join(between));
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function extreme(given: readonly Found[], sign: number): number {
  const values = everyOne(given).map(number);
  return values.length ? values.reduce((a, b) => (isNaN(a) || sign * b <= sign * a ? a : b)) : NaN;
}

function within(met: number, least: Found, most: Found): boolean {
  return met >= number(least) && (number(most) === -1 || met <= number(most));
}

// --- days and times

function day(found: Found): string {
  const value = first(found);
  if (typeof value === "number") {
    return Math.abs(value) <= 700_000 ? isoOf(new Date(Math.floor(value) * DAY_MS)).slice(0, 10) : "";
  }
  const said = text(value).replace(/^\d{4}-\d{1,2}-\d{1,2}(?=(T[^\n]*)?$)/, (date) => date.replace(/-(?=\d(-|$))/g, "-0"));
  return moment(said) ? said : "";
}

function formatted(said: string, form: string, withTime: boolean): string {
  const date = moment(said);
  if (!date) return "";
  const iso = isoOf(date); // 2026-03-01T09:05:00.000Z
  const words = date.toUTCString(); // Sun, 01 Mar 2026 09:05:00 GMT
  const pair = (from: number): string => iso.slice(from, from + 2);
  const parts: Record<string, string> = {
    "%Y": iso.slice(0, 4),
    "%y": pair(2),
    "%m": pair(5),
    "%n": String(+pair(5)),
    "%b": words.slice(8, 11),
    "%d": pair(8),
    "%e": String(+pair(8)),
    "%a": words.slice(0, 3),
    "%H": pair(11),
    "%h": String(+pair(11)),
    "%M": pair(14),
    "%S": pair(17),
    "%3": "000",
  };
  return cut(form.replace(/%[^\n]/g, (sign) => ((withTime || !/[HhMS3]/.test(sign)) && parts[sign]) || sign));
}

function partOfDay(said: string): number {
  const fits = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\.\d+)?(Z|[-+][^\n]*)?$/.test(said);
  return fits ? days("1970-01-01T" + said) : NaN;
}

// --- functions of values

const OF_TEXTS: Record<string, (a: string, b: string, c: string) => Value> = {
  string: (a) => a,
  "string-length": (a) => signsOf(a).length,
  "boolean-from-string": (a) => a === "1" || a === "true",
  contains: (a, b) => a.includes(b),
  "starts-with": (a, b) => a.startsWith(b),
  "ends-with": (a, b) => a.endsWith(b),
  "substring-before": (a, b) => a.slice(0, Math.max(a.indexOf(b), 0)),
  "substring-after": (a, b) => (a.includes(b) ? a.slice(a.indexOf(b) + b.length) : ""),
  "normalize-space": (a) => split(a).join(" "),
  translate: (a, b, c) => {
    const old = signsOf(b);
    const fresh = signsOf(c);
    return cut(signsOf(a).map((sign) => (old.includes(sign) ? fresh[old.indexOf(sign)] || "" : sign)).join(""));
  },
  "format-date": (a, b) => formatted(a, b, false),
  "format-date-time": (a, b) => formatted(a, b, true),
  "decimal-time": partOfDay,
};

const OF_NUMBERS: Record<string, (a: number, b: number) => number> = {
  number: (a) => a,
  // what is nought has no sign
  int: (a) => Math.trunc(a) + 0,
  floor: (a) => Math.floor(a) + 0,
  ceiling: (a) => Math.ceil(a) + 0,
  round: rounded,
  abs: Math.abs,
  sqrt: Math.sqrt,
  pow: power,
  exp10: (a) => power(10, a),
  pi: () => Math.PI,
};
for (const name of ["exp", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2"] as const) {
  OF_NUMBERS[name] = (a, b) => roundedOff(Math[name](a, b));
}

// What cannot be said of texts or numbers alone; several turns come as they are.
const OF_VALUES: Record<string, (...given: [Found, Found, Found, ...Found[]]) => Found> = {
  selected: (options, one) => {
    const option = /[^ \t\n\r]([^]*[^ \t\n\r])?/.exec(text(one)); // without outer space
    return !!option && (chosenOptions(options).includes(option[0]) || text(options) === option[0]);
  },
  "count-selected": (a) => chosenOptions(a).length,
  "selected-at": (a, b) => (number(b) >= 0 && chosenOptions(a)[Math.trunc(number(b))]) || "",
  answered: isAnswered,
  not: (a) => !boolean(a),
  boolean,
  checklist: (least, most, ...given) => within(everyOne(given).filter(boolean).length, least, most),
  "weighted-checklist": (least, most, ...given) => {
    let met = 0;
    for (let place = 1; place < given.length; place += 2) {
      const weights = listed(given[place]!);
      const items = listed(given[place - 1]!).slice(0, weights.length);
      met += total(items.map((value, turn) => (boolean(value) ? number(weights[turn]!) : 0)));
    }
    return within(met, least, most);
  },
  concat: (...given) => joined("", given),
  join: (between, ...given) => joined(text(between), given),
  coalesce: (...given) => first(given.find(isAnswered)),
  substr: (a, start, end) => {
    const signs = signsOf(text(a));
    const place = (found: Found): number => (isNaN(number(found)) ? signs.length : number(found));
    return signs.slice(place(start), end === undefined ? signs.length : place(end)).join("");
  },
  substring: (a, from, count) => {
    const start = halvesUp(number(from));
    const end = count === undefined ? Infinity : start + halvesUp(number(count));
    return signsOf(text(a)).filter((_, place) => start <= place + 1 && place + 1 < end).join("");
  },
  min: (...given) => extreme(given, -1),
  max: (...given) => extreme(given, 1),
  sum: (a) => total(listed(a).map(number)),
  "count-non-empty": (a) => listed(a).filter(text).length,
  date: day,
  "decimal-date-time": (a) => (/^[nb]/.test(typeof first(a)) ? number(a) : days(text(a))),
};

// --- patterns: every way through is followed at once, one sign after the other

function matches(steps: readonly Step[], said: string): boolean {
  const signs = signsOf(said);
  if (signs.length > LONGEST_TEXT) return false;
  const inWord = (place: number): boolean => /^\w$/.test(signs[place] || "");
  const holdsAt = (when: string, place: number): boolean =>
    when === "^" ? !place
    : when === "$" ? place === signs.length
    : (inWord(place - 1) !== inWord(place)) === (when === "b");
  const waiting = [steps.length - 1];
  for (let place = 0; ; place++) {
    const here = new Set<number>();
    while (waiting.length) {
      const one = waiting.pop()!;
      const step = steps[one]!;
      if (here.has(one) || (step.when && !holdsAt(step.when, place))) continue;
      here.add(one);
      if (!step.ends) waiting.push(...step.to);
    }
    if (place === signs.length) return here.has(0);
    const code = signs[place]!.codePointAt(0)!;
    here.forEach((one) => {
      const ends = steps[one]!.ends || [];
      if (ends.some((low, at) => at % 2 === 0 && low <= code && code <= ends[at + 1]!)) waiting.push(...steps[one]!.to);
    });
  }
}

// --- orders

function draws(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const sign of seed) state = Math.imul(state ^ sign.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<Thing>(things: readonly Thing[], seed: string): Thing[] {
  const order = things.slice();
  const draw = draws(seed);
  for (let last = order.length - 1; last > 0; last--) {
    order.splice(last, 1, ...order.splice(Math.floor(draw() * (last + 1)), 1, order[last]!));
  }
  return order;
}

// --- turns of repeated groups

const keyOf = (name: string, turn: Turn): string => [name].concat(turn as unknown as string[]).join("~");
const nameIn = (key: string): string => key.replace(/(~[1-9]\d?)+$/, "");
const turnIn = (key: string): Turn => key.split("~").slice(1).map(Number);
const NOWHERE: Part = { name: "" };
const partOf = (now: Situation, key: string): Part => now.parts.get(nameIn(key)) || NOWHERE;
const chainOf = (now: Situation, key: string): Chain => partOf(now, key).chain || [];
const choicesOf = (now: Situation, key: string): readonly Choice[] => partOf(now, key).choices || [];
const valueOf = (now: Situation, name: string, turn: Turn): Value => first(now.values.get(keyOf(name, turn)));

function allTurns(now: Situation, chain: Chain, start: Turn = []): Turn[] {
  if (start.length >= chain.length) return [start];
  let turns: Turn[] = [];
  const most = now.turns.get(keyOf(chain[start.length]!, start)) || 0;
  for (let one = 1; one <= most; one++) turns = turns.concat(allTurns(now, chain, start.concat(one)));
  return turns;
}

function* affordable<Thing>(now: Situation, things: readonly Thing[]): Generator<Thing> {
  for (const thing of things) {
    if (--now.budget < 0) return;
    yield thing;
  }
}

function shared(chain: Chain, here: Chain): number {
  let depth = 0;
  while (depth < chain.length && chain[depth] === here[depth]) depth++;
  return depth;
}

// The turns of a chain within the turn that is looked from, at most so deep.
function turnsSeen(at: Scope, chain: Chain, depth: number): Generator<Turn> {
  return affordable(at.now, allTurns(at.now, chain, at.turn.slice(0, Math.min(shared(chain, at.chain), depth))));
}

function lookUp(name: string, at: Scope): Found {
  const chain = chainOf(at.now, name);
  const depth = chain.length;
  if (shared(chain, at.chain) === depth) return valueOf(at.now, name, at.turn.slice(0, depth));
  return new Turns([...turnsSeen(at, chain, depth)].map((turn) => valueOf(at.now, name, turn)));
}

// --- functions that look at the survey

function column(choice: Choice, wanted: Constant["value"]): Value {
  return wanted === "name" ? choice.name : first(new Map(Object.entries(choice.columns || {})).get(wanted as string));
}

const OF_SURVEY: Record<string, (at: Scope, ...parts: never[]) => Found> = {
  if: (at, condition: Node, yes: Node, no: Node) => work(isMet(condition, at) ? yes : no, at),
  count: (at, counted: Node) => {
    if (counted.op !== "answer") return listed(work(counted, at)).length;
    const chain = chainOf(at.now, counted.name);
    const last = chain.length - 1;
    if (last < 0) return 1;
    // a repeated group: its turns, seen from the turn that holds them all
    return [...turnsSeen(at, chain, chain[last] === counted.name ? last : last + 1)].length;
  },
  position: (at, group: Reference) => {
    const chain = chainOf(at.now, group.name);
    const depth = chain.length;
    return depth && shared(chain, at.chain) === depth ? at.turn[depth - 1]! : NaN;
  },
  among: (at, asked: Reference, condition: Node) => {
    const chain = chainOf(at.now, asked.name);
    if (!chain.length) return valueOf(at.now, asked.name, []);
    const found: Value[] = [];
    for (const turn of turnsSeen(at, chain, chain.length - 1)) {
      const self = valueOf(at.now, asked.name, turn);
      if (isMet(condition, { ...at, self, chain, turn, outer: at })) found.push(self);
    }
    return new Turns(found);
  },
  current: (at, inner: Node) => work(inner, at.outer || at),
  choice: (at, wanted: Constant) => {
    const found = at.choice ? column(at.choice, wanted.value) : null;
    return found === null ? new Turns([]) : found; // what is not there equals nothing, not even the empty text
  },
  lookup: (at, asked: Reference, wanted: Constant, condition: Node) => {
    const found: Value[] = [];
    for (const choice of affordable(at.now, choicesOf(at.now, asked.name))) {
      if (isMet(condition, { ...at, choice, outer: at })) found.push(column(choice, wanted.value));
    }
    return new Turns(found);
  },
  "choice-label": (at, asked: Reference, value: Node) => {
    const wanted = text(work(value, at));
    const choice = choicesOf(at.now, asked.name).find((option) => option.name === wanted);
    return choice ? column(choice, "label") : "";
  },
  once: (at, inner: Node) => (isAnswered(at.self) ? at.self : work(inner, at)),
  random: (at) => draws(String(at.now.seed))(),
  today: (at) => at.now.today,
  now: (at) => at.now.today && at.now.today + "T00:00:00",
  regex: (at, said: Node, pattern: Constant) => matches(pattern.value as readonly Step[], text(work(said, at))),
};

// --- a tree worked out

function equal(a: Value, b: Value): boolean {
  const types = typeof a + typeof b;
  return /bo/.test(types) ? boolean(a) === boolean(b) : /nu/.test(types) ? number(a) === number(b) : text(a) === text(b);
}

const OPERATORS: Record<string, (a: Value, b: Value) => number | boolean> = {
  "=": equal,
  "!=": (a, b) => !equal(a, b),
  "<": (a, b) => number(a) < number(b),
  "<=": (a, b) => number(a) <= number(b),
  ">": (a, b) => number(a) > number(b),
  ">=": (a, b) => number(a) >= number(b),
  "+": (a, b) => number(a) + number(b),
  "-": (a, b) => number(a) - number(b),
  "*": (a, b) => number(a) * number(b),
  div: (a, b) => number(a) / number(b),
  mod: (a, b) => number(a) % number(b),
};

function work(node: Node, at: Scope): Found {
  if (node.op === "value") return node.value as Value;
  if (node.op === "this") return at.self;
  if (node.op === "answer") return lookUp(node.name, at);
  if (node.op === "negative") return -number(work(node.operand, at));
  if (node.op === "and" || node.op === "or") {
    const wanted = node.op === "or";
    return node.parts.some((part) => isMet(part, at) === wanted) === wanted;
  }
  if (node.op === "call") {
    const ofSurvey = OF_SURVEY[node.function];
    if (ofSurvey) return ofSurvey(at, ...(node.arguments as never[]));
    const given = node.arguments.map((part) => work(part, at)) as [Found, Found, Found];
    const ofTexts = OF_TEXTS[node.function];
    const ofNumbers = OF_NUMBERS[node.function];
    if (ofTexts) return ofTexts(...(given.map(text) as [string, string, string]));
    return ofNumbers ? ofNumbers(...(given.map(number) as [number, number])) : OF_VALUES[node.function]!(...given);
  }
  const left = work(node.left, at);
  const right = work(node.right, at);
  const operator = OPERATORS[node.op]!;
  if (!/[<=>]/.test(node.op) || !(left instanceof Turns || right instanceof Turns)) {
    return operator(first(left), first(right));
  }
  // Several turns are compared one by one; any will do.
  return listed(left).some((one) => {
    for (const other of affordable(at.now, listed(right))) if (operator(one, other)) return true;
    return false;
  });
}

const isMet = (condition: Node, at: Scope): boolean => boolean(work(condition, at));

// What a tree yields; a number that cannot be worked out is null.
export function evaluate(node: Node, at: Scope): Value {
  return tidy(work(node, at));
}

// --- a survey seen with given answers

const ORDER_SEED = "~order";

export function situation(rules: Rules, answers: Answers, today: string | null): Situation {
  const order = answers.get(ORDER_SEED);
  const seed = (order && (order.v as number)) || 0;
  const parts = new Map(rules.parts.map((part) => [part.name, part]));
  const fresh = { values: new Map(), relevant: new Map(), turns: new Map(), budget: BUDGET };
  const now: Situation = { rules, answers, parts, today, seed, ...fresh };
  for (const place of rules.order) {
    const part = rules.parts[place]!;
    const chain = chainOf(now, part.name);
    if (part.most) {
      for (const turn of allTurns(now, chain.slice(0, -1))) {
        // the group as a whole, for the page that asks how many turns it has
        workOut(now, part, turn);
        const said = part.count ? work(part.count, scopeOf(now, part, turn)) : givenTo(now, part, turn);
        const turns = Math.trunc(Math.min(Math.max(number(said), 0), part.most)) || 0;
        now.turns.set(keyOf(part.name, turn), turns);
      }
    }
    for (const turn of allTurns(now, chain)) workOut(now, part, turn);
  }
  return now;
}

function givenTo(now: Situation, part: Part, turn: Turn): Value {
  const answer = now.answers.get(keyOf(part.name, turn));
  return part.asks && answer && answer.s === "a" ? first(answer.v) : null;
}

function scopeOf(now: Situation, part: Part, turn: Turn): Scope {
  const chain = chainOf(now, part.name).slice(0, turn.length);
  return { now, self: valueOf(now, part.name, turn), chain, turn };
}

// Whether a condition holds for a part; what has no condition is met.
function holds(now: Situation, part: Part, turn: Turn, condition: Node | undefined, more?: Partial<Scope>): boolean {
  return !condition || isMet(condition, { ...scopeOf(now, part, turn), ...more });
}

function workOut(now: Situation, part: Part, turn: Turn): void {
  const key = keyOf(part.name, turn);
  const counts =
    (!part.in || !!now.relevant.get(keyOf(part.in, turn.slice(0, chainOf(now, part.in).length)))) &&
    holds(now, part, turn, part.relevant);
  now.relevant.set(key, counts);
  const value = counts && !part.group ? worth(now, part, turn) : null;
  if (value !== null) now.values.set(key, value);
}

function worth(now: Situation, part: Part, turn: Turn): Value {
  const scope = scopeOf(now, part, turn);
  let value = givenTo(now, part, turn);
  let filtered = part.choice_filter;
  if (part.calculation) {
    value = text(work(part.calculation, { ...scope, self: value }));
    filtered = part.choices && part.calculation;
  } else if (value === null && part.default) value = tidy(work(part.default, scope));
  if (value === null || !filtered) return value;
  const names = offered(now, part, turn).map((choice) => choice.name);
  if (!part.several) return names.includes(text(value)) ? value : null;
  const left = chosenOptions(value).filter((name) => names.includes(name));
  return !left.length ? null : isList(value) ? left : left.join(" ");
}

function offered(now: Situation, part: Part, turn: Turn): readonly Choice[] {
  return choicesOf(now, part.name).filter((choice) => holds(now, part, turn, part.choice_filter, { choice }));
}

// --- the journey

// The keys of the pages these answers lead to, in reading order.
export function visible(now: Situation, group?: Part, turn: Turn = []): string[] {
  let parts = now.rules.parts.filter((part) => part.in === (group && group.name));
  if (group && group.shuffle) parts = shuffled(parts, now.seed + "/" + keyOf(group.name, turn));
  let pages: string[] = [];
  for (const part of parts) {
    const key = keyOf(part.name, turn);
    if (part.page && now.relevant.get(key)) pages.push(key);
    if (!part.group) continue;
    const turns = part.most ? allTurns(now, chainOf(now, part.name), turn) : [turn];
    for (const one of turns) pages = pages.concat(visible(now, part, one));
  }
  return pages;
}

// Where a page stands in reading order, visible or not, as a text that sorts.
function placeOf(now: Situation, key: string): string {
  const turn = turnIn(key);
  const chain = chainOf(now, key);
  const numbered = (name: string): number => {
    const place = now.rules.parts.indexOf(partOf(now, name));
    return place < 0 ? 3e6 : 2e6 + place;
  };
  const groups = chain.map((group, depth) => "" + numbered(group) + (2e6 + (turn[depth] || 0)));
  return groups.join("") + (turn.length < chain.length ? "" : numbered(key));
}

// The next page after the named one, which may itself be hidden by now; without a name the first one.
export function after(now: Situation, key?: string): string | undefined {
  const seen = visible(now);
  const here = key ? seen.indexOf(key) + 1 : 0;
  return here || !key ? seen[here] : seen.find((page) => placeOf(now, page) > placeOf(now, key));
}

// The page to go back to; none on the first one.
export function before(now: Situation, key: string): string | undefined {
  const seen = visible(now);
  const here = seen.indexOf(key);
  const earlier = here < 0 ? seen.filter((page) => placeOf(now, page) < placeOf(now, key)) : seen.slice(0, here);
  return earlier.pop();
}

// A page's place among those visible now, counted from 1, and how many there are.
export function position(now: Situation, key: string): [number, number] {
  const seen = visible(now);
  const here = seen.indexOf(key) + 1 || seen.filter((page) => placeOf(now, page) <= placeOf(now, key)).length;
  return [here || 1, seen.length];
}

// The page to show somebody who asks for this one: itself, or what must be done before it.
export function mayOpen(now: Situation, key: string): string | undefined {
  const seen = visible(now);
  const beyond = (page: string): boolean => !seen.includes(key) && placeOf(now, page) >= placeOf(now, key);
  return seen.find((page) => page === key || beyond(page) || isOpen(now, page));
}

// The first visible required page without an answer or an allowed "I don't want to say".
export function unfinished(now: Situation): string | undefined {
  return visible(now).find((page) => isOpen(now, page));
}

function isOpen(now: Situation, key: string): boolean {
  const answer = now.answers.get(key);
  const state = answer ? answer.s : "s";
  const open = state === "s" || (state === "d" && partOf(now, key).may_decline === false);
  return open && required(now, key);
}

// Whether a page must be answered (or declined) now.
export function required(now: Situation, key: string): boolean {
  const part = partOf(now, key);
  return !!part.required && holds(now, part, turnIn(key), part.required);
}

// The names of the options offered now, in the order they are shown.
export function options(now: Situation, key: string): string[] {
  const part = partOf(now, key);
  let choices = offered(now, part, turnIn(key));
  if (part.shuffle) {
    let seed = now.seed;
    if (part.shuffle_seed) {
      seed = number(work(part.shuffle_seed, scopeOf(now, part, turnIn(key))));
      seed = Math.abs(seed) < 1e15 ? Math.trunc(seed) : 0;
    }
    const moving = choices.filter((choice) => !choice.stays);
    choices = shuffled(moving, seed + "/" + key).concat(choices.filter((choice) => choice.stays));
  }
  return choices.map((choice) => choice.name);
}

// Whether a value of a page would meet the survey's own rule.
export function meets(now: Situation, key: string, self: Value): boolean {
  const part = partOf(now, key);
  return holds(now, part, turnIn(key), part.constraint, { self });
}

// The answers that count and are sent: those of visible pages, and what follows from them.
export function kept(now: Situation): Map<string, Answer> {
  const stored = new Map<string, Answer>();
  for (const key of visible(now)) {
    const part = partOf(now, key);
    const answer = now.answers.get(key);
    if (!answer || !part.asks) continue;
    const v = first(now.values.get(key));
    const counts = typeof v === "string" || isList(v);
    stored.set(key, answer.s !== "a" || !part.choices ? answer : counts ? { s: "a", v } : { s: "s" });
  }
  for (const part of now.rules.parts) {
    if (!part.worked_out) continue;
    for (const turn of allTurns(now, chainOf(now, part.name))) {
      const v = valueOf(now, part.name, turn);
      if (/^(st|n)/.test(typeof v) && v !== "" && v !== "NaN") stored.set(keyOf(part.name, turn), { s: "a", v: v as string });
    }
  }
  const order = now.answers.get(ORDER_SEED);
  if (order && now.rules.chance) stored.set(ORDER_SEED, order);
  return stored;
}
