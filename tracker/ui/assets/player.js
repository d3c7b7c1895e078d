// Player and score chart in one element, so that a point of the chart and a frame of the picture
// are the same number. Frames count from 0 here; what people read starts at `data.first`.
// A frame is sought at its middle, (frame + 0.5) / fps: its edge may show the frame before.

const SVG = "http://www.w3.org/2000/svg";
const shape = (name, facts) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
  return made;
};
const button = (text, name = "") => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.append(text);
  return made;
};
const bold = (text) => {
  const made = document.createElement("b");
  made.textContent = text;
  return made;
};

class Player {
  constructor(root) {
    this.root = root;
    this.at = (selector) => root.querySelector(selector);
    this.video = this.at("video");
    this.svg = this.at("svg");
    this.frame = 0;
    this.hidden = new Set();
    this.wanted = null;
    this.isTabbing = false;
    root.addEventListener("pointerdown", () => (this.isTabbing = false));
    this.onkey = (event) => this.key(event);
    this.listen();
  }

  listen() {
    const { video } = this;
    const commands = {
      play: () => this.toggle(),
      back: () => this.step(-1),
      on: () => this.step(1),
      previous: () => this.flag(-1),
      next: () => this.flag(1),
    };
    this.commands = commands;
    for (const made of this.root.querySelectorAll("[data-do]")) {
      made.onclick = () => commands[made.dataset.do]();
    }
    video.onclick = () => this.toggle();
    video.onplay = video.onpause = () => {
      this.at("[data-do=play]").textContent = video.paused ? "Play" : "Pause";
    };
    video.onloadedmetadata = () => this.data && this.regions(this.frame);
    new ResizeObserver(() => this.data && this.regions(this.frame)).observe(this.at(".screen"));
    video.onseeked = () => {
      if (this.wanted !== null) this.ask(this.wanted);
    };
    this.watch();
    const plot = this.at(".plot");
    plot.onpointerdown = (event) => {
      plot.setPointerCapture(event.pointerId);
      this.point(event);
    };
    plot.onpointermove = (event) => event.buttons & 1 && this.point(event);
  }

  // The presented frame is the truth: its media time says which one is on screen.
  watch() {
    const shown = (_now, facts) => {
      const frame = Math.round(facts.mediaTime * this.fps);
      this.root.dataset.shown = frame;
      if (!this.video.paused) this.paint(frame);
      this.video.requestVideoFrameCallback(shown);
    };
    this.video.requestVideoFrameCallback(shown);
  }

  show(data) {
    const drawn = JSON.stringify(data);
    if (this.drawn === drawn) return;
    const fresh = this.take !== data.take;
    this.drawn = drawn;
    this.take = data.take;
    this.data = data;
    this.root.classList.toggle("desk", Boolean(data.desk));
    if (fresh) this.marked = null;
    this.fps = data.fps[0] / data.fps[1];
    this.strong = data.flags.some((flag) => !flag.hint);
    if (fresh) this.hidden = new Set(data.series.filter((s) => !s.on).map((s) => s.name));
    this.source(data);
    this.chart();
    this.legend();
    this.chips();
    this.stills();
    if (fresh) this.seek(data.start);
  }

  source(data) {
    const { video } = this;
    this.at(".screen").classList.toggle("empty", !data.src && !data.picture);
    this.at(".screen").classList.toggle("is-demo", data.demo);
    this.at(".screen > .blank").textContent = data.blank;
    video.style.display = data.src ? "" : "none";
    const still = this.at(".still");
    still.style.display = !data.src && data.picture ? "" : "none";
    if (data.picture) still.src = data.picture;
    if (data.src && video.getAttribute("src") !== data.src) {
      video.poster = data.poster || "";
      video.setAttribute("src", data.src);
    }
    for (const made of this.root.querySelectorAll("[data-do]")) {
      made.disabled = !data.src || (/next|previous/.test(made.dataset.do) && !data.flags.length);
    }
  }

  chart() {
    const { data, svg } = this;
    const x = (frame) => ((1000 * frame) / data.frames).toFixed(2);
    this.at(".plot").classList.toggle("empty", !data.series.length);
    this.root.classList.toggle("bare", !data.src && !data.picture && !data.series.length);
    this.at(".plot > .blank").textContent = data.chart_blank;
    // Several measures may flag the same frames: their shades must not add up.
    const ranges = new Map(data.flags.map((flag) => [`${flag.start}-${flag.end}-${flag.hint}`, flag]));
    const parts = [...ranges.values()].map((flag) =>
      shape("rect", {
        class: flag.hint ? "range hint" : "range",
        x: x(flag.start),
        width: x(flag.end - flag.start),
        y: 0,
        height: 1000,
      }),
    );
    const hasLimit = data.series.some((one) => !one.own && !this.hidden.has(one.name));
    if (hasLimit) {
      parts.push(shape("line", { class: "limit", x1: 0, x2: 1000, y1: 500, y2: 500 }));
    }
    for (const series of data.series) {
      if (this.hidden.has(series.name)) continue;
      const points = series.heights.map(
        (height, i) => `${x(series.offset + i * series.step + 0.5)},${(960 - 920 * height).toFixed(1)}`,
      );
      parts.push(
        shape("polyline", {
          class: series.own ? "course own" : "course",
          stroke: series.color,
          points: points.join(" "),
        }),
      );
    }
    this.line = shape("line", { class: "head", y1: 0, y2: 1000 });
    svg.replaceChildren(...parts, ...(data.series.length ? [this.line] : []));
    this.at(".limit-words").hidden = !hasLimit;
    this.paint(this.frame);
    if (data.desk) this.mark(this.marked);
  }

  legend() {
    const { series } = this.data;
    const folded = series.filter((one) => !one.first);
    this.at(".legend").replaceChildren(...series.filter((one) => one.first).map((one) => this.name(one)));
    this.at(".more").hidden = !folded.length;
    const axes = [...new Set(folded.map((one) => one.axis))];
    const made = axes.flatMap((axis) => {
      const title = document.createElement("dt");
      title.textContent = axis;
      const names = document.createElement("dd");
      names.append(...folded.filter((one) => one.axis === axis).map((one) => this.name(one)));
      return [title, names];
    });
    this.at(".more dl").replaceChildren(...made);
    this.count();
  }

  // A curve's name shows and hides it. The button stays, so that the keyboard's focus does.
  name(series) {
    const key = button("", "");
    const swatch = document.createElement("i");
    swatch.style.color = series.color;
    key.append(swatch, series.title);
    key.title = series.own ? `${series.note}, on its own scale` : series.note;
    key.setAttribute("aria-pressed", String(!this.hidden.has(series.name)));
    key.onclick = () => {
      const isShown = this.hidden.delete(series.name);
      if (isShown) swatch.style.color = series.color = this.freeColor(series);
      else this.hidden.add(series.name);
      key.setAttribute("aria-pressed", String(isShown));
      this.count();
      this.chart();
    };
    return key;
  }

  // There are more curves than colours: one that is shown takes a colour that no other has.
  freeColor(series) {
    const others = this.data.series.filter((one) => one !== series && !this.hidden.has(one.name));
    const used = new Set(others.map((one) => one.color));
    const colors = [series, ...this.data.series].map((one) => one.color);
    return colors.find((color) => !used.has(color)) ?? series.color;
  }

  count() {
    const folded = this.data.series.filter((one) => !one.first);
    const shown = folded.filter((one) => !this.hidden.has(one.name)).length;
    this.at(".more summary").textContent =
      `${folded.length} more ${folded.length === 1 ? "measure" : "measures"}` +
      (shown ? `, ${shown} in the chart` : "");
  }

  chips() {
    const made = this.data.flags.map((flag) => {
      const chip = button("", flag.hint ? "hint" : "");
      chip.append(bold(flag.shown), ` ${flag.words}`);
      chip.dataset.start = flag.start;
      chip.dataset.end = flag.end;
      chip.onclick = () => this.seek(flag.start);
      return chip;
    });
    this.at(".flags").replaceChildren(...made);
  }

  stills() {
    const made = this.data.stills.map((still) => {
      const key = button("", "");
      const img = document.createElement("img");
      img.loading = "lazy";
      img.alt = `frame ${still.shown}`;
      img.src = still.src;
      const words = document.createElement("span");
      words.append(bold(still.shown), ` ${still.words}`);
      key.append(img, words);
      key.dataset.start = still.frame;
      key.dataset.end = still.frame + 1;
      key.onclick = () => this.seek(still.frame);
      return key;
    });
    this.at(".stills").replaceChildren(...made);
  }

  seek(frame) {
    this.video.pause();
    this.ask(Math.max(0, Math.min(this.data.frames - 1, frame)));
  }

  // While one seek is under way only the newest wish is kept: dragging stays in step.
  ask(frame) {
    this.paint(frame);
    this.wanted = this.video.seeking ? frame : null;
    if (this.wanted === null && this.data.src) this.video.currentTime = (frame + 0.5) / this.fps;
  }

  step(by) {
    this.seek(this.frame + by);
  }

  flag(direction) {
    const starts = this.data.flags
      .filter((flag) => !this.strong || !flag.hint)
      .map((flag) => flag.start)
      .sort((a, b) => a - b);
    if (!starts.length) return;
    const next = direction > 0 ? starts.find((s) => s > this.frame) : starts.findLast((s) => s < this.frame);
    this.seek(next ?? starts.at(direction > 0 ? 0 : -1));
  }

  toggle() {
    if (!this.data.src) return;
    if (this.video.paused) this.video.play().catch(() => {});
    else {
      this.video.pause();
      this.seek(Number(this.root.dataset.shown ?? this.frame));
    }
  }

  // At the desk the keys are the desk's: it hears which frame is shown, and may mark a range, half-open.
  tell() {
    document.dispatchEvent(new CustomEvent("roundtable:frame", { detail: this }));
  }

  mark(range) {
    const { frames } = this.data;
    this.marked = range;
    this.svg.querySelector(".mark")?.remove();
    if (range) {
      const [start, end] = range.map((frame) => (1000 * frame) / frames);
      this.svg.append(shape("rect", { class: "mark", x: start, width: end - start, y: 0, height: 1000 }));
    }
    this.svg.append(this.line);
    this.tell();
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    this.seek(Math.floor(((event.clientX - box.left) / box.width) * this.data.frames));
  }

  key(event) {
    const inField = event.composedPath().some((at) => /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
    // Whoever came to a button with the tab key presses it with space; after a click space plays.
    if (event.key === "Tab") this.isTabbing = true;
    if (event.key === " " && this.isTabbing && event.composedPath()[0].matches?.("button, summary")) return;
    const name = { " ": "play", ArrowLeft: "back", ArrowRight: "on", p: "previous", n: "next" }[event.key];
    if (!name || inField || event.ctrlKey || event.metaKey || event.altKey || !this.data?.src) return;
    event.preventDefault();
    this.commands[name]();
  }

  paint(frame) {
    const { data, root } = this;
    this.frame = frame;
    root.dataset.frame = frame;
    if (data.desk) this.tell();
    const x = (1000 * (frame + 0.5)) / data.frames;
    this.line.setAttribute("x1", x);
    this.line.setAttribute("x2", x);
    this.at(".clock b").textContent = data.src ? data.first + frame : "";
    this.at(".clock i").textContent = data.src
      ? `${this.timecode(frame)}   ${data.first}\u2013${data.first + data.frames - 1}   ${data.rate} fps`
      : "";
    for (const made of root.querySelectorAll("[data-start]")) {
      const inside = frame >= Number(made.dataset.start) && frame < Number(made.dataset.end);
      made.setAttribute("aria-current", String(inside));
    }
    this.readout(frame);
    this.regions(frame);
  }

  // Boxes lie in shares of the picture, which is fitted into the screen with bars around it.
  regions(frame) {
    const { data, video } = this;
    const { clientWidth: across, clientHeight: down } = this.at(".screen");
    const still = this.at(".still");
    const [wide, high] = data.src
      ? [video.videoWidth, video.videoHeight]
      : [still.naturalWidth, still.naturalHeight];
    const scale = Math.min(across / wide, down / high);
    const marked = Number.isFinite(scale)
      ? data.flags.filter((flag) => flag.region && frame >= flag.start && frame < flag.end)
      : [];
    const made = marked.map((flag) => {
      const [left, top, width, height] = flag.region;
      const box = document.createElement("i");
      box.className = flag.hint ? "hint" : "";
      box.title = flag.words;
      box.style.left = `${(across - wide * scale) / 2 + left * wide * scale}px`;
      box.style.top = `${(down - high * scale) / 2 + top * high * scale}px`;
      box.style.width = `${width * wide * scale}px`;
      box.style.height = `${height * high * scale}px`;
      return box;
    });
    this.at(".regions").replaceChildren(...made);
  }

  timecode(frame) {
    const base = Math.max(1, Math.round(this.fps));
    const seconds = Math.floor(frame / base);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % base];
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
  }

  readout(frame) {
    const made = [];
    for (const series of this.data.series) {
      if (this.hidden.has(series.name)) continue;
      const i = Math.round((frame - series.offset) / series.step);
      if (!(i in series.values)) continue;
      const words = document.createElement("span");
      const name = bold(series.title);
      name.style.color = series.color;
      words.append(name, ` ${series.values[i]}`);
      made.push(words);
    }
    this.at(".readout").replaceChildren(...made);
  }
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".player");
  root.player ??= new Player(root);
  root.player.show(data);
  const where = () => root.player.data.desk && root.player.tell();
  document.addEventListener("keydown", root.player.onkey);
  document.addEventListener("roundtable:where", where);
  return () => {
    document.removeEventListener("keydown", root.player.onkey);
    document.removeEventListener("roundtable:where", where);
  };
}
