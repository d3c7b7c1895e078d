// The board: one tile per shot. Tiles are rebuilt only when their data changes; a click or Enter
// sends the address to Python as the trigger `open`, arrows move the selection in the browser.

const el = (tag, name, text) => {
  const made = document.createElement(tag);
  made.className = name;
  if (text) made.textContent = text;
  return made;
};

function picture(tile) {
  const box = el("div", "picture");
  if (tile.thumb) {
    const img = el("img", "");
    img.loading = "lazy";
    img.decoding = "async";
    img.alt = "";
    img.src = tile.thumb;
    box.append(img);
  } else {
    box.append(el("div", "blank", tile.blank));
  }
  box.append(el("span", "badge", tile.method));
  if (tile.hero) box.append(el("span", "hero", "hero"));
  if (tile.frames) box.append(el("span", "frames", tile.frames));
  box.append(el("i", "verdict"));
  return box;
}

function draw(tile) {
  const made = el("button", `tile ${tile.outcome}`);
  made.type = "button";
  made.tabIndex = -1;
  made.setAttribute("role", "option");
  made.dataset.address = tile.address;
  made.title = tile.reason;
  const words = el("div", "words");
  const head = el("div", "head");
  head.append(el("span", "code", tile.code), el("span", "take", tile.take));
  words.append(head, el("div", "by", tile.by), el("div", "reason", tile.reason));
  made.append(picture(tile), words);
  return made;
}

function columns(board) {
  return getComputedStyle(board).gridTemplateColumns.split(" ").length;
}

function select(board, index, { scroll = false } = {}) {
  const tiles = board.children;
  if (!tiles.length) return;
  const at = Math.max(0, Math.min(tiles.length - 1, index));
  for (const other of board.querySelectorAll('[aria-selected="true"]')) {
    other.setAttribute("aria-selected", "false");
  }
  tiles[at].setAttribute("aria-selected", "true");
  board.dataset.at = at;
  if (scroll) tiles[at].scrollIntoView({ block: "nearest" });
}

function steps(board, key) {
  const wide = columns(board);
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[key];
}

export default function ({ parentElement, data, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  const drawn = JSON.stringify(data.tiles);
  if (board.drawn !== drawn) {
    board.drawn = drawn;
    board.replaceChildren(...data.tiles.map(draw));
  }
  const chosen = data.tiles.findIndex((tile) => tile.address === data.selected);
  if (chosen >= 0 && board.chosen !== data.selected) {
    board.chosen = data.selected;
    select(board, chosen);
  }
  const open = (tile) => {
    select(board, [...board.children].indexOf(tile));
    setTriggerValue("open", tile.dataset.address);
  };
  board.onclick = (event) => {
    const tile = event.target.closest(".tile");
    if (tile) open(tile);
  };
  board.onkeydown = (event) => {
    const step = steps(board, event.key);
    if (step !== undefined) {
      const at = board.dataset.at === undefined ? -Math.max(0, step) : Number(board.dataset.at);
      select(board, at + step, { scroll: true });
      event.preventDefault();
    } else if (event.key === "Enter" && board.children[board.dataset.at]) {
      open(board.children[board.dataset.at]);
      event.preventDefault();
    }
  };
}
