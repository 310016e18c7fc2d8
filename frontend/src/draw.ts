// A sheet to draw on, with finger, mouse or arrow keys; undo and clear. The file field stays below it.
import { button, canFill, fill } from "./file";
import { each } from "./form";

const WIDTH = 900;
const HEIGHT = 675;
const PEN = 7;
const STEP = 14;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

type Point = [number, number];

export function drawOnASheet(place: HTMLElement): void {
  const field = place.querySelector<HTMLInputElement>("input[type=file]");
  const sheet = document.createElement("canvas");
  const pen = sheet.getContext("2d");
  if (!field || !pen || !canFill()) return;
  sheet.width = WIDTH;
  sheet.height = HEIGHT;
  sheet.className = "sheet";
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "application");
  sheet.setAttribute("aria-label", place.dataset["sheet"] ?? "");
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("aria-live", "polite");

  let lines: Point[][] = [];
  let running: Point[] | null = null;
  let at: Point = [WIDTH / 2, HEIGHT / 2];
  let withKeys = false;

  const show = (): void => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = "#1d2433";
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = "round";
    for (const line of lines) {
      pen.beginPath();
      line.forEach((point, index) => (index ? pen.lineTo(point[0], point[1]) : pen.moveTo(point[0], point[1])));
      // A tap alone is a dot.
      if (line.length === 1 && line[0]) pen.lineTo(line[0][0] + 0.1, line[0][1]);
      pen.stroke();
    }
  };
  const withCross = (): void => {
    show();
    if (!withKeys) return;
    pen.lineWidth = 2;
    pen.strokeStyle = "#0b5257";
    pen.strokeRect(at[0] - 9, at[1] - 9, 18, 18);
  };
  const keep = (): void => {
    show();
    if (lines.length) sheet.toBlob((picture) => fill(field, picture, "drawing.png"), "image/png");
    else fill(field, null, "");
    withCross();
  };
  const where = (event: PointerEvent): Point => {
    const box = sheet.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  const start = (point: Point): void => {
    running = [point];
    lines.push(running);
    show();
  };

  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    withKeys = false;
    sheet.setPointerCapture(event.pointerId);
    start(where(event));
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!running || withKeys) return;
    running.push(where(event));
    show();
  });
  const lift = (): void => {
    if (withKeys || !running) return;
    running = null;
    keep();
  };
  sheet.addEventListener("pointerup", lift);
  sheet.addEventListener("pointercancel", lift);

  sheet.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (event.key === " ") {
      withKeys = true;
      if (running) running = null;
      else start([...at]);
      said.textContent = (running ? place.dataset["down"] : place.dataset["up"]) ?? "";
      keep();
    } else if (step) {
      withKeys = true;
      at = [Math.min(Math.max(at[0] + step[0], 0), WIDTH), Math.min(Math.max(at[1] + step[1], 0), HEIGHT)];
      running?.push([...at]);
      withCross();
    } else return;
    event.preventDefault();
  });
  sheet.addEventListener("blur", () => {
    running = null;
    withKeys = false;
    if (lines.length) keep();
    else show();
  });
  // A file that was chosen instead replaces the sheet, not the other way round.
  field.addEventListener("change", () => {
    lines = [];
    show();
  });

  const buttons = document.createElement("div");
  buttons.className = "sheet-buttons";
  buttons.append(
    button(place.dataset["undo"], () => {
      if (lines.pop()) keep();
    }),
    button(place.dataset["clear"], () => {
      if (!lines.length) return;
      lines = [];
      keep();
    }),
  );
  place.prepend(sheet, said, buttons);
  show();
}

each<HTMLElement>("draw", drawOnASheet);
