// Elements are made here, and every text becomes a text node: what Azure or a person wrote is never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const CHANGED = new Set(["open", "value", "checked"]); // what a person has changed since stays as it is
const own = (element, name) => CHANGED.has(name) && element.nodeName !== "PROGRESS";

function patchAttributes(old, made) {
  for (const { name } of [...old.attributes]) {
    if (!made.hasAttribute(name) && !own(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of made.attributes) {
    if (old.getAttribute(name) !== value && !own(old, name)) old.setAttribute(name, value);
  }
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key ?? (node.id || null) : null);

function alike(old, made) {
  return old.nodeType === made.nodeType && old.nodeName === made.nodeName && keyOf(old) === keyOf(made);
}

function patch(old, made) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== made.data) old.data = made.data;
    return;
  }
  patchAttributes(old, made);
  patchChildren(old, [...made.childNodes]);
}

// Change what is there into what was made, as little as possible: focus, selection, open parts and places stay.
export function patchChildren(parent, made) {
  const keyed = new Map();
  for (const child of parent.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let next = parent.firstChild;
  for (const wanted of made) {
    const key = keyOf(wanted);
    const known = key ? keyed.get(key) : next && !keyOf(next) ? next : null;
    if (known && alike(known, wanted)) {
      if (known === next) next = next.nextSibling;
      else parent.insertBefore(known, next);
      patch(known, wanted);
    } else {
      parent.insertBefore(wanted, next);
    }
  }
  while (next) {
    const after = next.nextSibling;
    next.remove();
    next = after;
  }
}

let counter = 0;
export const newId = (word) => `${word}-${(counter += 1)}`;

export function announce(text) {
  const place = document.getElementById("announcer");
  if (place.textContent !== text) place.textContent = text;
}
