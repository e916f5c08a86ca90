// A signature drawn with a finger, a pen or a mouse: points of a 1000 by 400 sheet, kept as text.
// Never required: without this script, or without drawing, the typed name signs.
"use strict";

const WIDTH = 1000, HEIGHT = 400, MOST_STROKES = 60, MOST_POINTS = 3000, NEAR = 6;

for (const box of document.querySelectorAll("[data-dessin]")) {
  const sheet = box.querySelector("canvas");
  const kept = box.querySelector("input");
  const clear = box.querySelector("button");
  const state = box.querySelector("[role=status]");
  const pen = sheet.getContext("2d");
  let strokes = [], drawing = null;

  const points = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    const inside = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      inside((event.clientX - frame.left) / frame.width * WIDTH, WIDTH),
      inside((event.clientY - frame.top) / frame.height * HEIGHT, HEIGHT),
    ];
  };
  const draw = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = 11;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1a1a59";
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(...point);
      pen.stroke();
    }
    kept.value = strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
    clear.hidden = strokes.length === 0;
  };

  sheet.width = WIDTH;
  sheet.height = HEIGHT;
  sheet.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    if (strokes.length >= MOST_STROKES || points() >= MOST_POINTS) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    drawing = [place(event)];
    strokes.push(drawing);
    state.textContent = "";
    draw();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing || !event.isPrimary || points() >= MOST_POINTS) return;
    const [x, y] = place(event), [before, above] = drawing[drawing.length - 1];
    if (Math.hypot(x - before, y - above) < NEAR) return;
    drawing.push([x, y]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(end, () => { drawing = null; });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    draw();
    state.textContent = clear.dataset.fait;
  });
  box.hidden = false;
}
