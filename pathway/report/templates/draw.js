// Draws every chart from the JSON beside it, and draws it again for paper.
const PAPER = 690; // pixels across an A4 page between its margins
const charts = [...document.querySelectorAll(".chart")].map((place) => {
  const drawing = JSON.parse(place.parentElement.querySelector("script.drawing").textContent);
  return { place, drawing };
});

function draw(chart, width) {
  const layout = { ...chart.drawing.layout, width: width, autosize: !width };
  Plotly.purge(chart.place); // drawn anew, for some charts glide to another size, too late for the printer
  return Plotly.newPlot(chart.place, chart.drawing.data, layout, CONFIG);
}

for (const chart of charts) draw(chart, undefined);

window.addEventListener("beforeprint", () => {
  for (const chart of charts) draw(chart, PAPER);
});
window.addEventListener("afterprint", () => {
  for (const chart of charts) draw(chart, undefined);
});
