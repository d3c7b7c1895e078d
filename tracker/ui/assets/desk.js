// The keys of the desk: one press decides. The player next door says which frame is shown
// (`roundtable:frame`), and is moved from here, so that each key has one meaning on this page.
// Frames count from 0 and ranges are half-open here; what people read and Python gets is 1001-based.

const OUTCOMES = { a: "approve", d: "direct", r: "regenerate", e: "embrace" };
const WORDS = { approve: "Approve", direct: "Direct", regenerate: "Regenerate", embrace: "Embrace" };
const ASKS = {
  approve: "A note, if you like.",
  direct: "What to do.",
  regenerate: "What the next take must have.",
  embrace: "Why the story takes it in.",
};
const HELP =
  "space  play     \u2190 \u2192  a frame     J L  a second     F  next flag     I O  mark a range     " +
  "shift+A, shift+R  with a note";
const FIELD = /^(INPUT|TEXTAREA|SELECT)$/;
// A key that was meant for the take before must not decide the one that has just appeared.
const SETTLE_MS = 350;

const isField = (at) => at instanceof Element && (FIELD.test(at.tagName) || at.isContentEditable);
// Where letters are not Latin, the place of the key says which one is meant.
const letter = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return /^[\u0000-\u007f]+$/.test(key) ? key : event.code.replace(/^Key/, "").toLowerCase();
};

class Desk {
  constructor(root) {
    this.root = root;
    this.at = (selector) => root.querySelector(selector);
    this.player = null;
    this.busy = true;
    this.outcome = null;
    this.isWhole = false;
    this.start = null;
    this.at(".help").textContent = HELP;
    for (const made of root.querySelectorAll("[data-do]")) {
      made.onclick = () => {
        made.blur();
        this.act(made.dataset.do, false);
      };
    }
    this.at(".where").onclick = () => {
      this.isWhole = !this.isWhole;
      this.frames();
    };
    this.at(".record").onclick = () => this.record();
    this.at(".close").onclick = () => this.close();
    this.at(".panel").onkeydown = (event) => this.write(event);
    this.isTabbing = false;
    this.onpoint = () => (this.isTabbing = false);
    this.onkey = (event) => this.key(event);
    this.onframe = (event) => {
      this.player = event.detail;
      this.frames();
    };
  }

  show(data, send) {
    this.send = send;
    this.data = data;
    if (this.request === data.request) return;
    const isNext = this.take !== data.take;
    this.request = data.request;
    this.take = data.take;
    this.close();
    this.root.classList.toggle("nothing", !data.take);
    this.at("[data-do=undo]").hidden = !data.undo;
    this.at("[data-do=undo] span").textContent = `Take back ${data.undo}`;
    this.at("[data-do=skip]").hidden = !data.take;
    this.at(".kind").replaceChildren(...data.kinds.map((kind) => new Option(kind.replaceAll("_", " "), kind)));
    this.at(".kind").value = data.kind || data.kinds[0] || "";
    if (isNext) document.activeElement?.blur?.(); // a box that was chosen from would swallow the keys
    clearTimeout(this.settling);
    this.wait(true);
    this.settling = setTimeout(() => this.wait(false), SETTLE_MS);
  }

  wait(isBusy) {
    this.busy = isBusy;
    this.root.dataset.ready = String(!isBusy);
    this.root.dataset.take = this.take ?? "";
  }

  key(event) {
    // Whoever came to a button with the tab key presses it with space; after a click space plays.
    if (event.key === "Tab") this.isTabbing = true;
    if (event.key === " " && this.isTabbing && event.composedPath()[0].matches?.("button, summary")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.composedPath().some(isField)) return;
    const name = letter(event);
    const move = this.moves(name, event.shiftKey);
    const did = { ...OUTCOMES, u: "undo", n: "skip" }[name];
    if (!move && !did && name !== "Escape" && name !== "p") return;
    event.stopImmediatePropagation(); // the player and the page have other uses for some of these
    event.preventDefault();
    if (move) move();
    else if (name === "Escape") this.outcome ? this.close() : this.player?.mark(null);
    else if (did && !event.repeat) this.act(did, event.shiftKey);
  }

  moves(name, isShifted) {
    const { player } = this;
    if (!player?.data?.src) return null;
    const second = Math.max(1, Math.round(player.fps));
    return {
      " ": () => player.toggle(),
      ArrowLeft: () => player.step(-1),
      ArrowRight: () => player.step(1),
      j: () => player.step(-second),
      l: () => player.step(second),
      f: () => player.flag(isShifted ? -1 : 1),
      i: () => this.mark(player.frame, null),
      o: () => this.mark(null, player.frame + 1),
    }[name];
  }

  mark(start, end) {
    const [was, wasEnd] = this.player.marked ?? [null, null];
    const from = start ?? was ?? this.player.frame;
    const to = end ?? wasEnd ?? from + 1;
    this.player.mark(from < to ? [from, to] : [this.player.frame, this.player.frame + 1]);
  }

  act(what, withNote) {
    if (this.busy) return;
    if (what === "undo" ? !this.data.undo : !this.take) return;
    if (what === "direct" || what === "embrace" || (withNote && what in WORDS)) this.open(what);
    else this.tell({ what });
  }

  open(outcome) {
    this.outcome = outcome;
    this.isWhole = outcome !== "direct" && !this.player?.marked;
    if (this.player && !this.player.video.paused) this.player.toggle();
    this.root.classList.add("writing");
    this.at(".panel").hidden = false;
    this.at(".what").textContent = WORDS[outcome];
    this.at(".kind").hidden = outcome !== "embrace";
    this.at(".note").placeholder = `${ASKS[outcome]}  Enter records, Esc goes back.`;
    this.frames();
    this.at(".note").focus();
  }

  close() {
    this.outcome = null;
    this.root.classList.remove("writing");
    this.at(".panel").hidden = true;
    this.at(".note").value = "";
    this.at(".note").classList.remove("wanting");
  }

  // What the decision is about: the marked range, or the frame that is shown, or all of it.
  range() {
    const { player } = this;
    if (!player?.data?.src || this.isWhole) return null;
    const [start, end] = player.marked ?? [player.frame, player.frame + 1];
    return [player.data.first + start, player.data.first + end - 1];
  }

  frames() {
    if (!this.outcome) return;
    const range = this.range();
    this.at(".where").hidden = !this.player?.data?.src;
    const words = range && (range[0] === range[1] ? `frame ${range[0]}` : range.join("\u2013"));
    this.at(".where").textContent = words ?? "whole take";
  }

  write(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.shiftKey && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.record();
    }
  }

  record() {
    if (this.busy || !this.outcome) return;
    const note = this.at(".note").value.trim();
    if (this.outcome === "embrace" && !note) {
      this.at(".note").classList.add("wanting");
      this.at(".note").focus();
      return;
    }
    const kind = this.outcome === "embrace" ? this.at(".kind").value : "";
    this.tell({ what: this.outcome, note, kind, frames: this.range() });
  }

  tell(said) {
    clearTimeout(this.settling);
    this.wait(true);
    this.send("did", { note: "", kind: "", frames: null, ...said, request: this.request });
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".decide");
  root.desk ??= new Desk(root);
  const { desk } = root;
  window.addEventListener("keydown", desk.onkey, true);
  window.addEventListener("pointerdown", desk.onpoint, true);
  document.addEventListener("roundtable:frame", desk.onframe);
  document.dispatchEvent(new Event("roundtable:where"));
  desk.show(data, setTriggerValue);
  return () => {
    window.removeEventListener("keydown", desk.onkey, true);
    window.removeEventListener("pointerdown", desk.onpoint, true);
    document.removeEventListener("roundtable:frame", desk.onframe);
  };
}
