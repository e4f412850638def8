/**
 * Where the page is: a tab, and the request that is open, both of which its address names: `#/failed`,
 * `#/failed/requests/KEY`. `#/requests/KEY` opens a request over the first tab.
 */

export const TABS = ["queue", "failed", "completed", "cancelled"];

const REQUESTS = "requests";
const listeners = [];

export function parse(hash) {
  const [first, ...rest] = hash.slice(2).split("/");
  const [tab, kind, key] = first === REQUESTS ? [TABS[0], first, rest.join("/")] : [first, rest[0], rest.slice(1).join("/")];
  return { tab: TABS.includes(tab) ? tab : TABS[0], key: kind === REQUESTS && key !== "" ? decoded(key) : null };
}

/** The address of a tab, or of a request that is open over it. */
export function address({ tab, key = null }) {
  if (key === null) {
    return `#/${tab}`;
  }
  return (tab === TABS[0] ? `#/${REQUESTS}/` : `#/${tab}/${REQUESTS}/`) + encodeURI(key);
}

/** What was typed may be encoded in no way that can be read. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

let now = parse(location.hash);
/** A step back that was begun ends later; where to go then. */
let leaving = false;
let whenLeft = null;

export const current = () => now;

/** `listener` is told where the page is now, each time that changes. */
export const onRoute = (listener) => listeners.push(listener);

/** Goes to a tab, or opens a request over the present one, in a step that the back button undoes. */
export function go(to) {
  if (leaving) {
    whenLeft = to;
    return;
  }
  const next = { tab: now.tab, key: null, ...to };
  if (address(next) !== address(now)) {
    history.pushState({ overList: now.key === null }, "", address(next));
    set(next);
  }
}

/** Leaves the request that is open: back to the list that it was opened from, if it was. */
export function leave() {
  if (now.key === null) {
    return;
  }
  if (history.state?.overList) {
    leaving = true;
    history.back();
  } else {
    history.replaceState(null, "", address({ tab: now.tab }));
  }
  set({ tab: now.tab, key: null });
}

function set(next) {
  now = next;
  listeners.forEach((listener) => listener(now));
}

addEventListener("popstate", () => {
  const next = parse(location.hash);
  if (leaving) {
    const to = whenLeft;
    leaving = false;
    whenLeft = null;
    set(next);
    if (to !== null) {
      go(to);
    }
    return;
  }
  // A link within the page that is no address of ours leads nowhere else.
  if ((location.hash !== "" && !location.hash.startsWith("#/")) || address(next) === address(now)) {
    return;
  }
  // A link was followed, if nothing is known of the step.
  if (history.state === null && next.key !== null) {
    history.replaceState({ overList: now.key === null }, "");
  }
  set(next);
});
