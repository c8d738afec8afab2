// Elements, numbers, and lists that are drawn only where they are seen.

/** Makes an element; texts become text, never markup. */
function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === 'class') {
      made.className = value;
    } else if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? '' : value);
    }
  }
  made.append(...content.filter(part => part !== null && part !== undefined));
  return made;
}

/** Bytes for people, in thousands, as Docker writes them. */
function bytesText(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.abs(bytes), unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return (bytes < 0 ? '−' : '') + value.toFixed(digits) + ' ' + units[unit];
}

function signedBytes(bytes) {
  return bytes > 0 ? '+' + bytesText(bytes) : bytesText(bytes);
}

function countText(number, noun) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, '\u202f')
    + (noun ? ' ' + noun + (number === 1 ? '' : 's') : '');
}

function percentText(part, whole) {
  if (!whole || !part) {
    return '0 %';
  }
  const percent = 100 * part / whole;
  return percent < 0.1 ? '< 0.1 %' : percent.toFixed(percent < 9.95 ? 1 : 0) + ' %';
}

/** Gives an element the colour of a layer. */
function colour(made, layer) {
  if (layer >= 0) {
    made.style.setProperty('--hue', String((16 + layer * 47) % 360));
    made.classList.add('tinted');
  }
  return made;
}

/** A list of rows of one height, of which those in sight exist. */
class WindowedList {
  constructor(box, rowHeight, draw) {
    this.box = box;
    this.rowHeight = rowHeight;
    this.draw = draw;
    this.items = [];
    this.active = 0;
    this.space = element('div', { class: 'space', role: 'presentation' });
    box.replaceChildren(this.space);
    box.addEventListener('scroll', () => this.paint());
    new ResizeObserver(() => this.paint()).observe(box);
  }

  show(items) {
    this.items = items;
    this.active = Math.max(0, Math.min(this.active, items.length - 1));
    this.space.style.height = items.length * this.rowHeight + 'px';
    this.box.setAttribute('aria-rowcount', items.length);
    this.paint();
  }

  paint() {
    const from = Math.max(0, Math.floor(this.box.scrollTop / this.rowHeight) - 8);
    const to = Math.min(
      this.items.length,
      Math.ceil((this.box.scrollTop + this.box.clientHeight) / this.rowHeight) + 8);
    const rows = [];
    for (let i = from; i < to; i++) {
      const row = this.draw(this.items[i], i);
      row.id = this.box.id + '-' + i;
      row.style.top = i * this.rowHeight + 'px';
      row.setAttribute('aria-rowindex', i + 1);
      row.setAttribute('aria-selected', String(i === this.active));
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
    if (this.active >= from && this.active < to) {
      this.box.setAttribute('aria-activedescendant', this.box.id + '-' + this.active);
    } else {
      this.box.removeAttribute('aria-activedescendant');
    }
  }

  /** Makes a row the active one, and brings it into sight. */
  activate(index) {
    this.active = Math.max(0, Math.min(index, this.items.length - 1));
    const top = this.active * this.rowHeight;
    if (top < this.box.scrollTop) {
      this.box.scrollTop = top;
    } else if (top + this.rowHeight > this.box.scrollTop + this.box.clientHeight) {
      this.box.scrollTop = top + this.rowHeight - this.box.clientHeight;
    }
    this.paint();
  }
}
