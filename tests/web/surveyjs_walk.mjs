// Walks through SurveyJS surveys as a respondent would and says what survey-core shows and requires.
//
// Standard input: [{"survey": JSON, "walks": [[[key, value], …], …]}]. A key is a question's name, in a repeated
// group with its turn (pet~2); the group's own name sets how many turns there are. What is not visible at its moment
// is not answered, and only options on offer are chosen. Standard output: for each walk what was found after it.

import { readFileSync } from "node:fs";
import { Model } from "survey-core";

function collect(model) {
  const found = new Map();
  walk(model.getAllQuestions(), "", true, found);
  return found;
}

function walk(questions, turn, shownOutside, found) {
  for (const question of questions) {
    const shown = shownOutside && question.isVisible && question.isParentVisible;
    if (question.getType() === "paneldynamic") {
      found.set(question.name + turn, { question, shown, turns: true });
      question.panels.forEach((panel, index) => walk(panel.questions, `${turn}~${index + 1}`, shown, found));
    } else if (question.getType() === "matrix") {
      const visible = new Set(question.visibleRows.map((row) => row.name));
      for (const row of question.rows) {
        found.set(row.value + turn, { question, row: row.value, shown: shown && visible.has(row.value) });
      }
    } else {
      found.set(question.name + turn, { question, shown });
    }
  }
}

function answer(model, key, value) {
  const place = collect(model).get(key);
  if (!place?.shown) return;
  const { question, row, turns } = place;
  if (turns) {
    if (question.canAddPanel || question.canRemovePanel) question.panelCount = value;
  } else if (row) {
    question.value = { ...question.value, [row]: value };
  } else if (question.visibleChoices && question.getType() !== "rating") {
    const offered = new Set(question.visibleChoices.map((choice) => choice.value));
    const chosen = (Array.isArray(value) ? value : [value]).filter((one) => offered.has(one));
    if (chosen.length) question.value = Array.isArray(value) ? chosen : chosen[0];
  } else {
    question.value = value;
  }
}

function report(model) {
  const found = {};
  for (const [key, { question, row, shown, turns }] of collect(model)) {
    let value = turns ? question.panelCount : row ? question.value?.[row] : question.value;
    if (question.getType() === "html") value = undefined;
    const required = row ? question.eachRowRequired : question.isRequired;
    found[key] = { shown, required: Boolean(required), value: value ?? null };
  }
  return found;
}

const surveys = JSON.parse(readFileSync(0, "utf8"));
const results = surveys.map(({ survey, walks }) =>
  walks.map((steps) => {
    const model = new Model(survey);
    for (const [key, value] of steps) answer(model, key, value);
    return { errors: (model.jsonErrors ?? []).map((error) => error.message), found: report(model) };
  }),
);
process.stdout.write(JSON.stringify(results));
