// The tree of files, the search in it, and what is known of the chosen file.

const ROW_HEIGHT = 30;
const EVENT_NAMES = { [ADDED]: 'added', [MODIFIED]: 'changed', [DELETED]: 'deleted', [AGAIN]: 'sent again', [HIDDEN]: 'hidden' };
const TYPE_NAMES = { f: 'file', d: 'directory', l: 'symbolic link', c: 'character device', b: 'block device', p: 'named pipe' };

/** The choices of paths there are buttons for; a layer is another one. */
const VIEWS = isComparison
  ? [
    { id: 'changes', name: 'All changes', chosen: path => fate(path) !== 0, bytes: growth },
    { id: 'added', name: 'Added', chosen: path => fate(path) === ADDED, bytes: growth },
    { id: 'changed', name: 'Changed', chosen: path => fate(path) === MODIFIED, bytes: growth },
    { id: 'deleted', name: 'Deleted', chosen: path => fate(path) === DELETED, bytes: growth },
    { id: 'all', name: 'Everything', chosen: () => true, bytes: path => isThere(path) ? paths.size[path] : 0 },
  ]
  : [
    { id: 'image', name: 'In the image', chosen: isThere, bytes: path => paths.size[path] },
    { id: 'gone', name: 'Gone', chosen: path => !isThere(path) && paths.starts[path] < paths.starts[path + 1], bytes: path => paths.size[path] },
  ];

function viewOfLayer(layer) {
  const name = 'Layer ' + (layer + 1);
  return isComparison
    ? { id: 'layer', layer, name, chosen: path => fate(path) !== 0 && changer(path) === layer, bytes: growth }
    : { id: 'layer', layer, name, chosen: path => findEvent(path, layer) >= 0, bytes: path => broughtBy(path, layer) };
}

/** The bytes that a layer has of a file. */
function broughtBy(path, layer) {
  const place = findEvent(path, layer);
  return place < 0 || kindOfEvent(place) === DELETED ? 0 : paths.eventSize[place];
}

class FilesPanel {
  constructor() {
    this.open = new Set([0]);
    this.bySize = false;
    this.text = '';
    this.view = null;
    this.onView = () => {};
    this.search = document.getElementById('search');
    this.status = document.getElementById('status');
    this.box = document.getElementById('tree');
    this.detail = document.getElementById('detail');
    this.list = new WindowedList(this.box, ROW_HEIGHT, (path, index) => this.row(path, index));
    this.search.addEventListener('input', () => this.seek(this.search.value));
    this.box.addEventListener('keydown', event => this.key(event));
    this.buttons = VIEWS.map(view => element('button', { type: 'button', id: 'view-' + view.id, onclick: () => this.choose(view) }, view.name));
    document.getElementById('views').append(...this.buttons);
    this.columns();
  }

  choose(view) {
    this.view = view;
    this.choice = choose(view.chosen, view.bytes);
    this.buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(VIEWS[i] === view)));
    this.onView(view);
    this.detail.replaceChildren();
    this.box.scrollTop = 0;
    this.list.active = 0;
    if (view.id !== 'image' && view.id !== 'all') {
      this.openFew();
    }
    this.refresh();
  }

  /** Where little was chosen, it is shown at once. */
  openFew() {
    let room = 60;
    for (let level = [0]; level.length > 0 && room > 0;) {
      const below = [];
      for (const path of level) {
        const children = childrenOf(path, this.choice, false);
        if (children.length <= room) {
          this.open.add(path);
          room -= children.length;
          below.push(...children.filter(isDirectory));
        }
      }
      level = below;
    }
  }

  seek(text) {
    this.text = text;
    this.box.scrollTop = 0;
    this.list.active = 0;
    this.refresh();
  }

  refresh() {
    const began = performance.now();
    let items;
    if (this.text) {
      items = find(this.text, this.choice);
      if (this.bySize) {
        items.sort((a, b) => Math.abs(this.choice.bytes[b]) - Math.abs(this.choice.bytes[a]) || a - b);
      }
    } else {
      items = this.openRows();
    }
    this.list.show(items);
    this.say(items);
    this.box.dataset.milliseconds = (performance.now() - began).toFixed(1);
  }

  openRows() {
    const rows = [];
    const rest = childrenOf(0, this.choice, this.bySize).reverse();
    while (rest.length > 0) {
      const path = rest.pop();
      rows.push(path);
      if (this.open.has(path)) {
        for (const child of childrenOf(path, this.choice, this.bySize).reverse()) {
          rest.push(child);
        }
      }
    }
    return rows;
  }

  say(items) {
    const bytes = this.choice.bytes[0];
    const sum = isComparison && this.view.id !== 'all' ? signedBytes(bytes) : bytesText(bytes);
    const what = this.text
      ? countText(items.length, 'path') + ' with “' + this.text + '”'
      : countText(this.choice.files[0], 'file') + ', ' + sum;
    const where = this.view.id === 'layer'
      ? ' — ' + (isComparison ? 'what layer ' + (this.view.layer + 1) + ' did' : 'only what layer ' + (this.view.layer + 1) + ' did')
      : '';
    this.status.textContent = what + where;
    this.box.classList.toggle('empty', items.length === 0);
  }

  columns() {
    const sort = (name, bySize, kind) => element('button', {
      type: 'button', class: kind, id: 'sort-' + kind, 'aria-pressed': String(this.bySize === bySize),
      onclick: () => { this.bySize = bySize; this.columns(); this.refresh(); },
    }, name);
    document.getElementById('columns').replaceChildren(
      sort('Name', false, 'name'), sort(isComparison ? 'Growth' : 'Size', true, 'size'),
      element('span', { class: 'from' }, 'Layer'), element('span', { class: 'did' }, 'What was done'));
  }

  row(path, index) {
    const isOpen = !this.text && this.open.has(path);
    const directory = isDirectory(path);
    const depth = this.text ? 1 : paths.depth[path];
    const row = element('div', {
      class: 'row' + (isThere(path) ? '' : ' gone') + (this.choice.marks[path] & 1 ? '' : ' way'),
      role: 'row', 'aria-level': depth, 'aria-expanded': directory && !this.text ? String(isOpen) : null,
      onclick: () => { this.list.activate(index); this.act(path); },
    });
    const name = element('div', { class: 'name', role: 'gridcell' });
    name.style.paddingLeft = Math.min(depth - 1, 14) * 18 + 'px';
    name.append(
      directory && !this.text
        ? element('button', { type: 'button', class: 'twist', tabindex: '-1', 'aria-label': (isOpen ? 'Close ' : 'Open ') + paths.names[path] }, '▸')
        : element('span', { class: 'twist' }),
      element('span', { class: 'icon ' + typeOf(path), 'aria-hidden': 'true' }),
      element('bdi', { class: 'text', title: pathText(path) }, this.text ? pathText(path) : paths.names[path]));
    if (paths.target[path]) {
      name.append(element('bdi', { class: 'target' }, typeOf(path) === 'l' ? '→ ' + paths.target[path] : paths.target[path]));
    }
    row.append(name, this.sizeCell(path, directory), this.layerCell(path), this.didCell(path));
    return row;
  }

  sizeCell(path, directory) {
    const bytes = this.choice.bytes[path];
    const cell = element('div', { class: 'size', role: 'gridcell' });
    const signed = isComparison && this.view.id !== 'all';
    if (directory || typeOf(path) === 'f') {
      const bar = element('i', { class: 'bar' + (signed && bytes < 0 ? ' less' : '') });
      bar.style.width = Math.min(100, 100 * Math.abs(bytes) / this.choice.peak) + '%';
      cell.append(bar, element('span', {}, signed ? signedBytes(bytes) : bytesText(bytes)));
    }
    return cell;
  }

  layerCell(path) {
    const layer = isComparison && fate(path) ? changer(path) : paths.layer[path];
    return element('div', { class: 'from', role: 'gridcell' },
      layer >= 0 ? colour(element('span', { class: 'chip', title: 'Layer ' + (layer + 1) }, String(layer + 1)), layer) : null);
  }

  didCell(path) {
    const cell = element('div', { class: 'did', role: 'gridcell' });
    if (this.view.id === 'layer' || isComparison) {
      const place = findEvent(path, isComparison ? 0 : this.view.layer);
      if (place >= 0) {
        cell.append(badge(place));
      }
      return cell;
    }
    const from = paths.starts[path], to = paths.starts[path + 1];
    if (!isThere(path) && to > from) {
      cell.append(badge(to - 1));
      if (kindOfEvent(to - 1) === DELETED) {
        cell.append(colour(element('span', { class: 'chip', title: 'by layer ' + (paths.eventLayer[to - 1] + 1) }, String(paths.eventLayer[to - 1] + 1)), paths.eventLayer[to - 1]));
      }
    } else if (to - from > 1) {
      cell.append(badge(to - 1));
    }
    return cell;
  }

  act(path) {
    if (isDirectory(path) && !this.text) {
      this.toggle(path);
    }
    this.describe(path);
  }

  toggle(path) {
    if (!this.open.delete(path)) {
      this.open.add(path);
    }
    this.refresh();
  }

  /** Shows a path in the tree, with all directories on the way open. */
  reveal(path) {
    this.search.value = '';
    this.text = '';
    this.choose(isThere(path) || isComparison ? VIEWS[isComparison ? VIEWS.length - 1 : 0] : VIEWS[1]);
    for (let p = paths.parent[path]; p > 0; p = paths.parent[p]) {
      this.open.add(p);
    }
    this.refresh();
    this.list.activate(this.list.items.indexOf(path));
    this.describe(path);
    this.box.focus();
  }

  key(event) {
    const { items, active } = this.list;
    const path = items[active];
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -items.length, End: items.length };
    if (path === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const foldable = isDirectory(path) && !this.text;
    if (event.key in moves) {
      this.list.activate(active + moves[event.key]);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.act(path);
    } else if (event.key === 'ArrowRight' && foldable) {
      if (this.open.has(path)) {
        this.list.activate(active + 1);
      } else {
        this.toggle(path);
      }
    } else if (event.key === 'ArrowLeft' && !this.text) {
      if (foldable && this.open.has(path)) {
        this.toggle(path);
      } else if (paths.parent[path] > 0) {
        this.list.activate(items.indexOf(paths.parent[path]));
      }
    } else {
      return;
    }
    event.preventDefault();
  }

  describe(path) {
    const [type, mode, user, group] = paths.kinds[paths.kind[path]];
    const facts = [['Type', TYPE_NAMES[type]]];
    if (mode !== undefined) {
      facts.push(['Mode', modeText(parseInt(mode, 8)) + ' (' + mode.padStart(4, '0') + ')'], ['Owner', user + ':' + group],
        ['Modified', timeText(paths.time[path])]);
    }
    if (type === 'f') {
      facts.push(['Size', bytesText(paths.size[path]) + (paths.size[path] > 999 ? ' (' + countText(paths.size[path], 'byte') + ')' : '')]);
    }
    if (paths.target[path]) {
      facts.push([type === 'l' ? 'Target' : 'Number', paths.target[path]]);
    }
    if (paths.xattrs[path]) {
      facts.push(['Attributes', paths.xattrs[path]]);
    }
    if (paths.content[path] !== undefined && paths.content[path] >= 0) {
      facts.push(['Bytes in', 'layer ' + (paths.content[path] + 1)]);
    }
    if (paths.links.has(path)) {
      facts.push(['Other names', paths.links.get(path).filter(other => other !== path).map(pathText).join('\n')]);
    }
    const history = element('ol', { class: 'deeds' });
    for (let k = paths.starts[path]; k < paths.starts[path + 1]; k++) {
      const layer = isComparison ? changer(path) : paths.eventLayer[k];
      history.append(element('li', {}, layer >= 0 ? colour(element('span', { class: 'chip' }, String(layer + 1)), layer) : null, badge(k),
        typeOf(path) === 'f' && (isComparison ? kindOfEvent(k) === MODIFIED : kindOfEvent(k) !== DELETED)
          ? element('span', { class: 'dim' }, (isComparison ? 'was ' : '') + bytesText(paths.eventSize[k])) : null));
    }
    this.detail.replaceChildren(
      element('h2', {}, element('bdi', {}, pathText(path))),
      element('dl', { class: 'facts' }, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, element('bdi', {}, value))])),
      history);
  }
}

function badge(place) {
  const kind = kindOfEvent(place);
  const aspects = aspectsOfEvent(place);
  return element('span', { class: 'badge k' + kind }, EVENT_NAMES[kind] + (aspects.length ? ': ' + aspects.join(', ') : ''));
}

function modeText(mode) {
  const bits = [...'rwxrwxrwx'].map((letter, i) => mode >> (8 - i) & 1 ? letter : '-');
  [[0o4000, 2, 's'], [0o2000, 5, 's'], [0o1000, 8, 't']].forEach(([bit, at, letter]) => {
    if (mode & bit) {
      bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
    }
  });
  return bits.join('');
}

function timeText(seconds) {
  const time = new Date(seconds * 1000);
  return isNaN(time) ? seconds + ' s' : time.toISOString().replace('T', ' ').replace('.000Z', ' UTC');
}
