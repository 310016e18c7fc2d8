// Walks through SurveyJS surveys as a respondent would and says what survey-core shows and requires.
//
// Standard input: [{"survey": JSON, "walks": [[[key, value], …], …]}]. A key is a question's name, in a repeated
// group with its turn (pet~2); the group's own name sets how many turns there are. What is not visible at its moment
// is not answered, and only options on offer are chosen. Standard output: for each walk what was found after it.

import { readFileSync } from "node:fs";
import { Model } from "survey-core";

function index(model) {
  const found = new Map();
  walk(model.getAllQuestions(), "", undefined, found);
  return found;
}

function walk(questions, turn, outside, found) {
  for (const question of questions) {
    const place = { question, outside };
    if (question.getType() === "paneldynamic") {
      found.set(question.name + turn, { ...place, turns: true });
      question.panels.forEach((panel, number) => walk(panel.questions, `${turn}~${number + 1}`, place, found));
    } else if (question.getType() === "matrix") {
      for (const row of question.rows) found.set(row.value + turn, { ...place, row: row.value });
    } else {
      found.set(question.name + turn, place);
    }
  }
}

function isShown({ question, row, outside }) {
  if (!question.isVisible || !question.isParentVisible || (outside && !isShown(outside))) return false;
  return row === undefined || question.visibleRows.some((visible) => visible.name === row);
}

// Answers one question; true where that may have made questions appear that were not there before.
function answer(places, key, value) {
  const place = places.get(key);
  if (!place || !isShown(place)) return false;
  const { question, row, turns } = place;
  if (turns) {
    if (question.canAddPanel || question.canRemovePanel) question.panelCount = value;
  } else if (row !== undefined) {
    question.value = { ...question.value, [row]: value };
  } else if (question.visibleChoices && question.getType() !== "rating") {
    const offered = new Set(question.visibleChoices.map((choice) => choice.value));
    const chosen = (Array.isArray(value) ? value : [value]).filter((one) => offered.has(one));
    if (chosen.length) question.value = Array.isArray(value) ? chosen : chosen[0];
  } else if (question.getType() === "boolean") {
    question.value = value === "true";
  } else {
    question.value = value;
  }
  return true;
}

function report(model) {
  const found = {};
  for (const [key, place] of index(model)) {
    const { question, row, turns } = place;
    let value = turns ? question.panelCount : row ? question.value?.[row] : question.value;
    if (question.getType() === "html") value = undefined;
    const required = row ? question.eachRowRequired : question.isRequired;
    found[key] = { shown: isShown(place), required: Boolean(required), value: value ?? null };
  }
  return found;
}

const surveys = JSON.parse(readFileSync(0, "utf8"));
const results = surveys.map(({ survey, walks }) =>
  walks.map((steps) => {
    const model = new Model(survey);
    const grows = model.getAllQuestions().some((question) => question.getType() === "paneldynamic");
    let places = index(model);
    for (const [key, value] of steps) {
      if (answer(places, key, value) && grows) places = index(model);
    }
    return { errors: (model.jsonErrors ?? []).map((error) => error.message), found: report(model) };
  }),
);
process.stdout.write(JSON.stringify(results));
