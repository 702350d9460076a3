// Draws every chart from the JSON beside it, and draws it again for paper.
const PAPER = 690; // pixels across an A4 page between its margins
const FILM = 900; // a film's letters would run into each other there: it is drawn as on screen and made smaller as a whole
const charts = [...document.querySelectorAll(".chart")].map((place) => {
  const drawing = JSON.parse(place.parentElement.querySelector("script.drawing").textContent);
  return { place, drawing };
});

function draw(chart, width) {
  const layout = { ...chart.drawing.layout, width: width, autosize: !width };
  Plotly.purge(chart.place); // drawn anew, for some charts glide to another size, too late for the printer
  const drawn = Plotly.newPlot(chart.place, chart.drawing.data, layout, CONFIG);
  return drawn.then(() => chart.place.dispatchEvent(new Event("drawn"))); // a film goes on from there
}

for (const chart of charts) draw(chart, undefined);

window.addEventListener("beforeprint", () => {
  for (const chart of charts) draw(chart, chart.place.closest(".film") ? FILM : PAPER);
});
window.addEventListener("afterprint", () => {
  for (const chart of charts) draw(chart, undefined);
});
