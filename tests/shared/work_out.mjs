// Does on a computer what a phone does: node work_out.mjs rules.mjs tasks.json
// The tasks are a list; their outcomes are written to standard output in the same order, as JSON.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const rules = await import(pathToFileURL(process.argv[2]));
const tasks = JSON.parse(await readFile(process.argv[3], "utf8"));
const map = (object) => new Map(Object.entries(object ?? {}));
const page = (keys, look) => Object.fromEntries(keys.map((key) => [key, look(key)]));

function workOut({ tree, answers, this: self, structure = {}, today = null, seed = 0 }) {
  const parts = map(structure.chains);
  parts.forEach((chain, name) => parts.set(name, { name, chain }));
  map(structure.choices).forEach((choices, name) => parts.set(name, { name, choices }));
  const choice = Object.values(structure.choices ?? {}).flat().find(({ name }) => name === structure.choice);
  const now = { values: map(answers), parts, turns: map(structure.turns), today, seed, budget: rules.BUDGET };
  return rules.evaluate(tree, { now, self, chain: structure.chain ?? [], turn: structure.turn ?? [], choice });
}

function walk({ rules: known, answers, today, keys, tries }) {
  const now = rules.situation(known, map(answers), today);
  const visible = rules.visible(now);
  return {
    visible,
    first: rules.after(now) ?? null,
    after: page(keys, (key) => rules.after(now, key) ?? null),
    before: page(keys, (key) => rules.before(now, key) ?? null),
    position: page(keys, (key) => rules.position(now, key)),
    may_open: page(keys, (key) => rules.mayOpen(now, key) ?? null),
    unfinished: rules.unfinished(now) ?? null,
    required: visible.filter((key) => rules.required(now, key)),
    options: page(visible, (key) => rules.options(now, key)),
    meets: visible.filter((key) => rules.meets(now, key, tries)),
    kept: Object.fromEntries(rules.kept(now)),
  };
}

const outcome = (task) => {
  if (task.tree) return workOut(task);
  return task.shuffle ? rules.shuffled(task.shuffle, task.seed) : walk(task);
};
process.stdout.write(JSON.stringify(tasks.map(outcome)));
