/** The few ways in which the page makes and changes elements. None of them parses markup, so no text becomes an element. */

export const byId = (id) => document.getElementById(id);

/**
 * An element with attributes and children; children are nodes or text. An attribute that is a function is a listener
 * for the event of its name; one that is false, null or undefined is left out.
 */
export function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** As make, for a drawing. */
export function draw(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets the text of an element, leaving it alone if it is that already. */
export function say(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
  return element;
}

/**
 * Makes the children of a parent show a list of items. The element of an item that stays is kept, and with it focus and
 * selection: `create(item)` makes one, `update(element, item)` brings it up to date.
 */
export function reconcile(parent, items, keyOf, create, update) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(items.map(keyOf));
  const present = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.item)) {
      present.set(child.dataset.item, child);
    } else {
      child.remove();
    }
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = present.get(key);
    if (!element) {
      element = create(item);
      element.dataset.item = key;
    }
    update(element, item);
    if (element === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(element, place);
    }
  }
  // What is moved loses focus; what is removed leaves it to what is around.
  if (focused && focused !== document.activeElement) {
    (focused.isConnected ? focused : parent.closest("[tabindex]"))?.focus({ preventScroll: true });
  }
}

/** Tells what happened, in sight and to screen readers, and takes it away again after a while. */
export function note(text, kind = "info") {
  const line = make("p", { class: `note ${kind}` }, text);
  // What lies below an open dialog is out of reach.
  byId(byId("detail").open ? "detail-notes" : "notes").append(line);
  setTimeout(() => line.remove(), kind === "error" ? 12000 : 6000);
}

/** Asks whether to do what cannot be undone. */
export function ask(title, text, yes) {
  const dialog = byId("ask");
  say(byId("ask-title"), title);
  say(byId("ask-text"), text);
  say(byId("ask-yes"), yes);
  dialog.returnValue = "no";
  dialog.showModal();
  byId("ask-no").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Runs what a button does, unless it is doing it; a failure is told. The button keeps focus, so it is not disabled. */
export async function busy(button, action) {
  if (button.getAttribute("aria-busy") === "true") {
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await action();
  } catch (failure) {
    note(failure.message, "error");
  } finally {
    button.removeAttribute("aria-busy");
  }
}
