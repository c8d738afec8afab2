'use strict';

// The data of the report, as arrays over paths. A path is a number: its place in the order of
// paths, in which all that is in a directory comes behind it. The root is 0.

const ADDED = 1, MODIFIED = 2, DELETED = 3, AGAIN = 4, HIDDEN = 5, HAS_SIZE = 1 << 12;
const ASPECTS = ['type', 'content', 'target', 'device', 'mode', 'owner', 'time', 'xattrs', 'links'];

const data = JSON.parse(document.getElementById('data').textContent);
const isComparison = data.images.length === 2;
const image = data.images[data.images.length - 1];
const paths = decodePaths(data.paths);

function decodePaths(table) {
  const names = table.names.split('/');
  const count = names.length;
  const parent = new Int32Array(count);
  const depth = new Uint16Array(count);
  const first = new Int32Array(count);
  const next = new Int32Array(count);
  const way = [0];
  parent[0] = -1;
  for (let i = 1, d = 0; i < count; i++) {
    d += 1 - table.up[i];
    depth[i] = d;
    parent[i] = way[d - 1];
    way[d] = i;
  }
  for (let i = count - 1; i > 0; i--) {
    next[i] = first[parent[i]];
    first[parent[i]] = i;
  }
  const time = Float64Array.from(table.time);
  for (let i = 1; i < count; i++) {
    time[i] += time[i - 1];
  }
  const result = {
    count, names, parent, depth, first, next, time,
    layer: Int32Array.from(table.layer),
    size: Float64Array.from(table.size),
    kind: table.kind, kinds: table.kinds.map(text => text.split(' ')),
    target: table.target, xattrs: table.xattrs, content: table.content, deleter: table.deleter,
    links: new Map(),
  };
  for (const group of table.links) {
    group.forEach(path => result.links.set(path, group));
  }
  return Object.assign(result, decodeEvents(table.events, result.size));
}

/** Events of path i are those from starts[i] to before starts[i + 1], lowest layer first. */
function decodeEvents(groups, size) {
  const starts = new Int32Array(size.length + 1);
  const each = visit => groups.forEach((events, group) => {
    for (let k = 0, path = 0; k < events.length;) {
      path += events[k++];
      const code = events[k++];
      visit(path, group, code & ~HAS_SIZE, code & HAS_SIZE ? events[k++] : size[path]);
    }
  });
  each(path => starts[path + 1]++);
  for (let i = 0; i < size.length; i++) {
    starts[i + 1] += starts[i];
  }
  const total = starts[size.length];
  const result = {
    starts,
    eventLayer: new Int32Array(total),
    eventCode: new Int32Array(total),
    eventSize: new Float64Array(total),
  };
  const free = starts.slice();
  each((path, group, code, bytes) => {
    const at = free[path]++;
    result.eventLayer[at] = group;
    result.eventCode[at] = code;
    result.eventSize[at] = bytes;
  });
  return result;
}

function typeOf(path) {
  return paths.kinds[paths.kind[path]][0];
}

function isDirectory(path) {
  return typeOf(path) === 'd';
}

/** The place of the event of a layer at a path, or -1. */
function findEvent(path, layer) {
  for (let k = paths.starts[path]; k < paths.starts[path + 1]; k++) {
    if (paths.eventLayer[k] === layer) {
      return k;
    }
  }
  return -1;
}

function kindOfEvent(place) {
  return paths.eventCode[place] & 7;
}

function aspectsOfEvent(place) {
  return ASPECTS.filter((name, bit) => paths.eventCode[place] >> (bit + 3) & 1);
}

/** In a comparison: what became of a path, or 0. */
function fate(path) {
  const place = paths.starts[path];
  return place < paths.starts[path + 1] ? kindOfEvent(place) : 0;
}

function isThere(path) {
  return path === 0 || (paths.layer[path] >= 0 && !(isComparison && fate(path) === DELETED));
}

/** The bytes a path has in the second image, less those it has in the first. */
function growth(path) {
  const place = paths.starts[path];
  switch (fate(path)) {
    case ADDED: return paths.size[path];
    case DELETED: return -paths.size[path];
    case MODIFIED: return paths.size[path] - paths.eventSize[place];
    default: return 0;
  }
}

/** Which layer changed a path, in a comparison; -1 if none of the second image did. */
function changer(path) {
  return fate(path) === DELETED ? paths.deleter[path] ?? -1 : paths.layer[path];
}

function pathText(path) {
  const names = [];
  for (let p = path; p > 0; p = paths.parent[p]) {
    names.push(paths.names[p]);
  }
  return '/' + names.reverse().join('/');
}

/**
 * A choice of paths: which of them (1), which lead there (2), and for each the bytes that count and
 * the files, those below included.
 */
function choose(isChosen, bytesOf) {
  const marks = new Uint8Array(paths.count);
  const bytes = new Float64Array(paths.count);
  const files = new Int32Array(paths.count);
  for (let i = paths.count - 1; i >= 0; i--) {
    if (isChosen(i)) {
      marks[i] |= 1;
      bytes[i] += bytesOf(i);
      if (!isDirectory(i)) {
        files[i]++;
      }
    }
    if (i > 0 && marks[i]) {
      const parent = paths.parent[i];
      marks[parent] |= 2;
      bytes[parent] += bytes[i];
      files[parent] += files[i];
    }
  }
  const peak = bytes.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return { marks, bytes, files, peak };
}

/** Chosen paths in a directory; in the order of names, or largest first. */
function childrenOf(path, choice, bySize) {
  const children = [];
  for (let child = paths.first[path]; child; child = paths.next[child]) {
    if (choice.marks[child]) {
      children.push(child);
    }
  }
  return bySize
    ? children.sort((a, b) => Math.abs(choice.bytes[b]) - Math.abs(choice.bytes[a]) || a - b)
    : children;
}

let lowerNames = null;

/** Chosen paths whose name, or whole path if there is a slash, has the text in it. */
function find(text, choice) {
  const wanted = text.toLowerCase();
  const found = [];
  lowerNames = lowerNames ?? paths.names.map(name => name.toLowerCase());
  if (!wanted.includes('/')) {
    for (let i = 1; i < paths.count; i++) {
      if (choice.marks[i] & 1 && lowerNames[i].includes(wanted)) {
        found.push(i);
      }
    }
    return found;
  }
  const way = [''];
  for (let i = 1; i < paths.count; i++) {
    const d = paths.depth[i];
    way[d] = way[d - 1] + '/' + lowerNames[i];
    if (choice.marks[i] & 1 && way[d].includes(wanted)) {
      found.push(i);
    }
  }
  return found;
}
