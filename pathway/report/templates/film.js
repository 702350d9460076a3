// Plays every film: dots glide from where they are at one moment to where they are one moment later. None starts by itself.
// The dots are Plotly's, moved here: its own way of moving them draws everything anew at every moment, which is felt as a jolt.
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const [BOXES, DOTS, NUMBERS] = [0, 1, 2]; // the charts' traces that change
const OPEN = ["white", "#bfdcf0"];
const AWAY = -1000; // where a dot is that is not shown

function film(figure) {
  const read = (name) => JSON.parse(figure.querySelector("script." + name).textContent);
  const [place, button, speed, slider, said] = [".chart", "button", "select", "input", "output"].map((each) => figure.querySelector(each));
  const [changes, moments] = [read("changes"), read("moments")];
  let marks = null;
  let at = 0;
  let since = null; // when the moment that is left was left, while playing

  function find() {
    const traces = [...place.querySelectorAll(".scatterlayer > .trace")];
    const { xaxis, yaxis } = place._fullLayout;
    marks = {
      boxes: traces[BOXES].querySelectorAll("path.point"),
      dots: traces[DOTS].querySelectorAll("path.point"),
      numbers: traces[NUMBERS].querySelectorAll("text"),
      across: (x) => xaxis.c2p(x),
      down: (y) => yaxis.c2p(y),
    };
    show(at);
  }

  function move(from, to, share) {
    marks.dots.forEach((dot, i) => {
      let [x, y] = [to.x[i], to.y[i]];
      if (from.x[i] === null) [x, y] = [AWAY, AWAY]; // it comes one moment later
      else if (x === null) [x, y] = share < 1 ? [from.x[i], from.y[i]] : [AWAY, AWAY];
      else if (x !== from.x[i] || y !== from.y[i]) [x, y] = [from.x[i] + share * (x - from.x[i]), from.y[i] + share * (y - from.y[i])];
      const spot = x === AWAY ? AWAY : marks.across(x) + "," + marks.down(y);
      if (dot.spot !== spot) dot.setAttribute("transform", "translate(" + (dot.spot = spot) + ")");
    });
  }

  function show(number) {
    at = number;
    const now = changes[at];
    move(now, now, 1);
    marks.boxes.forEach((box, i) => (box.style.fill = OPEN[now.open[i]]));
    marks.numbers.forEach((one, i) => one.textContent !== now.text[i] && (one.textContent = now.text[i]));
    tell();
  }

  function tell() {
    slider.value = at;
    slider.setAttribute("aria-valuetext", moments[at]);
    said.textContent = moments[at];
    button.textContent = since === null ? button.dataset.play : button.dataset.pause;
  }

  function step(now) {
    if (since === null) return;
    const long = Number(speed.value);
    if (now - since >= long) {
      since = Math.max(since + long, now - long); // a page that was hidden does not catch up
      show(at + 1);
      if (at === moments.length - 1) return stop();
    }
    if (!STILL.matches) move(changes[at], changes[at + 1], Math.min(Math.max((now - since) / long, 0), 1));
    requestAnimationFrame(step);
  }

  function play() {
    if (at === moments.length - 1) show(0);
    since = performance.now();
    tell();
    requestAnimationFrame(step);
  }

  function stop() {
    since = null;
    show(at);
  }

  button.addEventListener("click", () => (since === null ? play() : stop()));
  slider.addEventListener("input", () => {
    since = null;
    show(Number(slider.value));
  });
  place.addEventListener("drawn", () => {
    place.on("plotly_afterplot", find); // after the window was made larger or smaller
    find();
  });
  window.addEventListener("beforeprint", () => (since = null));
  if (moments.length > 1) figure.querySelector(".controls").hidden = false;
}

document.querySelectorAll("figure.film").forEach(film);
