// The page around the tree: figures, the roof of layers, history, config, waste.

const SHOWN_WASTE = 500;
const files = new FilesPanel();
const tiles = [];
const events = countEvents();

function stepOf(img, layer) {
  return img.history.find(step => step.layer === layer);
}

/** A command without what every builder puts in front of it. */
function commandText(step) {
  if (!step) {
    return '';
  }
  return step.by.replace(/^\/bin\/sh -c #\(nop\)\s*/, '').replace(/^(RUN )?\/bin\/sh -c /, 'RUN ').trim();
}

/** For each layer, how many paths it added, changed and so on, by the kind of event. */
function countEvents() {
  const counts = image.layers.map(() => [0, 0, 0, 0, 0, 0]);
  for (let i = 1; i < paths.count; i++) {
    for (let k = paths.starts[i]; k < paths.starts[i + 1]; k++) {
      const count = counts[isComparison ? changer(i) : paths.eventLayer[k]];
      if (count) {
        count[kindOfEvent(k)]++;
      }
    }
  }
  return counts;
}

function payloadOf(img) {
  return img.layers.reduce((sum, layer) => sum + layer.payload, 0);
}

function tile(img, layer, kind) {
  const facts = img.layers[layer];
  const share = facts.payload / (payloadOf(img) || 1);
  const bar = element('i', { class: 'bar' });
  bar.style.width = 100 * share + '%';
  const did = kind === 'shared' || kind === 'before' ? null : events[layer];
  const counts = did === null ? null : element('span', { class: 'counts' },
    did[ADDED] ? element('span', { class: 'k1', title: 'added' }, '+' + countText(did[ADDED])) : null,
    did[MODIFIED] + did[AGAIN] ? element('span', { class: 'k2', title: 'changed or sent again' }, '~' + countText(did[MODIFIED] + did[AGAIN])) : null,
    did[DELETED] ? element('span', { class: 'k3', title: 'deleted' }, '−' + countText(did[DELETED])) : null);
  const made = element(did === null ? 'div' : 'button', {
    class: 'tile ' + kind, type: did === null ? null : 'button', 'aria-pressed': did === null ? null : 'false',
    title: facts.diffId + '\n' + bytesText(facts.stored) + ' as stored, ' + facts.mediaType,
    onclick: () => did !== null && files.choose(files.view?.layer === layer ? VIEWS[0] : viewOfLayer(layer)),
  },
  element('span', { class: 'chip' }, String(layer + 1)),
  element('span', { class: 'made' }, element('bdi', {}, commandText(stepOf(img, layer)) || 'no history')),
  element('span', { class: 'weight' }, element('b', {}, bytesText(facts.payload)), ' ', percentText(facts.payload, payloadOf(img))),
  counts,
  facts.wasted > 0 ? element('span', { class: 'lost', title: 'of its bytes no name is left in the image' }, bytesText(facts.wasted) + ' wasted') : null,
  element('span', { class: 'track', 'aria-hidden': 'true' }, bar));
  if (kind !== 'before') {
    colour(made, layer);
  }
  if (did !== null) {
    made.dataset.layer = layer;
    tiles.push(made);
  }
  return made;
}

/** Layers as tiles, each lapping over the one below it. */
function roof(title, img, from, to, kind) {
  if (from >= to) {
    return [];
  }
  const rows = [];
  for (let i = to - 1; i >= from; i--) {
    rows.push(tile(img, i, kind));
  }
  rows.forEach((row, i) => { row.style.zIndex = String(rows.length - i); });
  return [element('h2', {}, title), element('div', { class: 'tiles' }, ...rows)];
}

function drawRoof() {
  const nav = document.getElementById('roof');
  if (!isComparison) {
    nav.append(...roof('Layers', image, 0, image.layers.length, 'own'));
    return;
  }
  const [before, after] = data.images;
  nav.append(
    ...roof('Only in the second', after, data.shared, after.layers.length, 'own'),
    ...roof('Only in the first', before, data.shared, before.layers.length, 'before'),
    ...roof('Shared base', after, 0, data.shared, 'shared'));
}

/** One strip in which each layer is as wide as its share. */
function strip(img, isFirst) {
  const made = element('div', { class: 'strip', role: 'img', 'aria-label': 'Shares of the layers' });
  img.layers.forEach((layer, i) => {
    const part = element('span', { title: 'Layer ' + (i + 1) + ': ' + bytesText(layer.payload) });
    part.style.flexGrow = String(layer.payload / (payloadOf(img) || 1));
    part.classList.toggle('shared', isComparison && i < data.shared);
    if (isFirst && i >= data.shared) {
      part.classList.add('before');
    } else {
      colour(part, i);
    }
    made.append(part);
  });
  made.style.width = 100 * payloadOf(img) / Math.max(...data.images.map(payloadOf), 1) + '%';
  return made;
}

function drawHead() {
  document.getElementById('title').textContent = data.title;
  const figures = [];
  if (isComparison) {
    const [before, after] = data.images;
    const sums = [0, 0, 0, 0], bytes = [0, 0, 0, 0];
    for (let i = 1; i < paths.count; i++) {
      sums[fate(i)]++;
      bytes[fate(i)] += growth(i);
    }
    document.getElementById('subtitle').textContent = before.digest + ' → ' + after.digest;
    figures.push(
      ['Added', countText(sums[ADDED]), signedBytes(bytes[ADDED]), 'k1'],
      ['Changed', countText(sums[MODIFIED]), signedBytes(bytes[MODIFIED]), 'k2'],
      ['Deleted', countText(sums[DELETED]), signedBytes(bytes[DELETED]), 'k3'],
      ['Layers shared', data.shared + ' of ' + after.layers.length, ''],
      ['As stored', bytesText(after.stored), signedBytes(after.stored - before.stored)]);
  } else {
    const choice = choose(isThere, path => paths.size[path]);
    const wasted = image.layers.reduce((sum, layer) => sum + layer.wasted, 0);
    document.getElementById('subtitle').textContent = image.digest;
    figures.push(
      ['Files', countText(choice.files[0]), bytesText(choice.bytes[0])],
      ['Layers', String(image.layers.length), bytesText(image.stored) + ' stored'],
      ['Wasted', bytesText(wasted), percentText(wasted, payloadOf(image)), wasted ? 'k3' : ''],
      ['Platform', image.platform, image.created.slice(0, 10)]);
  }
  document.getElementById('figures').append(...figures.map(([name, value, more, kind]) =>
    element('div', { class: kind ?? '' }, element('dt', {}, name), element('dd', {}, element('b', {}, value), more ? element('small', {}, more) : null))));
  document.getElementById('ridge').append(...data.images.map((img, i) => strip(img, isComparison && i === 0)));
}

function historyTable(title, img, from, to) {
  const rows = [];
  for (let i = to - 1; i >= from; i--) {
    const step = img.history[i];
    const isLayer = step.layer >= 0;
    rows.push(element('tr', { class: isLayer ? '' : 'nothing' },
      element('td', {}, isLayer ? colour(element('span', { class: 'chip' }, String(step.layer + 1)), step.layer) : null),
      element('td', { class: 'id' }, step.id ? step.id.replace(/^[^:]*:/, '').slice(0, 12) : '<missing>'),
      element('td', { class: 'number' }, isLayer ? bytesText(img.layers[step.layer].payload) : '0 B'),
      element('td', { class: 'by' }, element('bdi', {}, step.by || '—'),
        step.comment || step.author ? element('small', {}, [step.author, step.comment].filter(Boolean).join(' · ')) : null),
      element('td', { class: 'when' }, step.created.replace('T', ' ').replace(/(\.\d+)?Z$/, ''))));
  }
  return [
    title ? element('h2', {}, title) : null,
    rows.length === 0 ? element('p', { class: 'dim' }, 'No history.') : element('div', { class: 'wide' }, element('table', { class: 'history' },
      element('thead', {}, element('tr', {}, ...['Layer', 'Image', 'Size', 'Created by', 'Created'].map(name => element('th', { scope: 'col' }, name)))),
      element('tbody', {}, ...rows)))];
}

function drawHistory() {
  const panel = document.getElementById('panel-history');
  const parts = [];
  if (isComparison) {
    const [before, after] = data.images;
    parts.push(...historyTable('Only in the second', after, data.sharedHistory, after.history.length),
      ...historyTable('Only in the first', before, data.sharedHistory, before.history.length),
      ...historyTable('Shared', after, 0, data.sharedHistory));
  } else {
    parts.push(...historyTable(null, image, 0, image.history.length));
    const bare = image.layers.map((layer, i) => i).filter(i => !stepOf(image, i));
    if (bare.length > 0) {
      parts.push(element('p', { class: 'dim' }, 'No step tells of layer ' + bare.map(i => i + 1).join(', ') + '.'));
    }
  }
  panel.append(...parts.filter(Boolean));
}

function drawConfig() {
  const panel = document.getElementById('panel-config');
  const value = text => element('td', { class: 'value' }, text === null ? element('span', { class: 'dim' }, '—') : element('bdi', {}, text));
  if (isComparison) {
    panel.append(data.settings.length === 0 ? element('p', { class: 'dim' }, 'The settings are the same.')
      : element('div', { class: 'wide' }, element('table', { class: 'config' },
        element('thead', {}, element('tr', {}, ...['Setting', 'First', 'Second'].map(name => element('th', { scope: 'col' }, name)))),
        element('tbody', {}, ...data.settings.map(([name, before, after]) => element('tr', { class: before === null ? 'added' : after === null ? 'deleted' : 'changed' },
          element('th', { scope: 'row' }, name), value(before), value(after)))))));
  } else {
    const rows = [['Image id', image.id], ['Manifest', image.digest], ['Media type', image.mediaType], ['Platform', image.platform], ...image.settings];
    panel.append(element('div', { class: 'wide' }, element('table', { class: 'config' }, element('tbody', {},
      ...rows.map(([name, text]) => element('tr', {}, element('th', { scope: 'row' }, name), value(text)))))));
  }
  data.images.forEach((img, i) => panel.append(element('details', {},
    element('summary', {}, isComparison ? 'Config of the ' + ['first', 'second'][i] + ', as it is stored' : 'The config as it is stored'),
    element('pre', {}, img.config))));
}

/** Why bytes are of no use: what the next layer up did there. */
function reason(path, layer) {
  for (let k = paths.starts[path]; k < paths.starts[path + 1]; k++) {
    if (paths.eventLayer[k] > layer) {
      return k;
    }
  }
  return -1;
}

function drawWaste() {
  const panel = document.getElementById('panel-waste');
  const rows = [];
  for (let k = 0; k < data.wasted.length; k += 3) {
    rows.push({ path: data.wasted[k], layer: data.wasted[k + 1], bytes: data.wasted[k + 2] });
  }
  rows.sort((a, b) => b.bytes - a.bytes || a.path - b.path);
  const sum = rows.reduce((all, row) => all + row.bytes, 0);
  if (rows.length === 0) {
    panel.append(element('p', { class: 'dim' }, 'Nothing is wasted: of every file that is stored, a name is in the image.'));
    return;
  }
  panel.append(
    element('p', {}, element('b', {}, bytesText(sum)), ' of ' + bytesText(payloadOf(image)) + ' (' + percentText(sum, payloadOf(image)) + ') are stored, and moved with the image, though no name of their '
      + countText(rows.length, 'file') + ' is left in it.'),
    element('div', { class: 'wide' }, element('table', { class: 'waste' },
      element('thead', {}, element('tr', {}, ...['Stored in', 'Bytes', 'Path', 'Because'].map(name => element('th', { scope: 'col' }, name)))),
      element('tbody', {}, ...rows.slice(0, SHOWN_WASTE).map(row => {
        const why = reason(row.path, row.layer);
        const bar = element('i', { class: 'bar less' });
        bar.style.width = 100 * row.bytes / rows[0].bytes + '%';
        return element('tr', {},
          element('td', {}, colour(element('span', { class: 'chip' }, String(row.layer + 1)), row.layer)),
          element('td', { class: 'size' }, bar, element('span', {}, bytesText(row.bytes))),
          element('td', { class: 'path' }, element('button', { type: 'button', class: 'link', onclick: () => { show('files'); files.reveal(row.path); } }, element('bdi', {}, pathText(row.path)))),
          element('td', {}, why < 0 ? element('span', { class: 'badge k5' }, 'its own layer has another')
            : element('span', {}, badge(why), ' ', colour(element('span', { class: 'chip' }, String(paths.eventLayer[why] + 1)), paths.eventLayer[why]))));
      })))),
    rows.length > SHOWN_WASTE ? element('p', { class: 'dim' }, 'And ' + countText(rows.length - SHOWN_WASTE, 'smaller file') + '.') : '');
}

const TABS = [['files', 'Files'], ['history', 'History'], ['config', 'Config'], ...(isComparison ? [] : [['waste', 'Waste']])];

function show(name) {
  for (const [id] of TABS) {
    const tab = document.getElementById('tab-' + id);
    tab.setAttribute('aria-selected', String(id === name));
    tab.tabIndex = id === name ? 0 : -1;
    document.getElementById('panel-' + id).hidden = id !== name;
  }
}

function drawTabs() {
  const bar = document.getElementById('tabs');
  bar.append(...TABS.map(([id, name]) => element('button', { type: 'button', role: 'tab', id: 'tab-' + id, 'aria-controls': 'panel-' + id, onclick: () => show(id) }, name)));
  bar.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = TABS.findIndex(([id]) => document.getElementById('tab-' + id) === document.activeElement);
    if (step && at >= 0) {
      const [id] = TABS[(at + step + TABS.length) % TABS.length];
      show(id);
      document.getElementById('tab-' + id).focus();
    }
  });
  show('files');
}

files.onView = view => {
  tiles.forEach(made => made.setAttribute('aria-pressed', String(view.id === 'layer' && Number(made.dataset.layer) === view.layer)));
  if (view.id === 'layer') {
    show('files');
  }
};
document.addEventListener('keydown', event => {
  if (event.key === '/' && !(event.target instanceof HTMLInputElement) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show('files');
    files.search.focus();
  }
});
drawTabs();
drawHead();
drawRoof();
drawHistory();
drawConfig();
if (!isComparison) {
  drawWaste();
}
files.choose(VIEWS[0]);
document.body.dataset.ready = performance.now().toFixed(0);
