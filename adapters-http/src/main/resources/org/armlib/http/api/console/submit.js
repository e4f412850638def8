/** The form that submits a request. */

import * as api from "./api.js";
import { pair } from "./detail.js";
import { busy, byId, note, say } from "./dom.js";
import { parseLine } from "./format.js";

const FIELDS = { requestUri: "submit-uri", parameters: "submit-uri", key: "submit-key", priority: "submit-priority", estimatedTime: "submit-estimate" };
const TAKEN = { cached: "was answered from the cache", joined: "was there already", queued: "was submitted" };

/** `submitted` is called with the key of a request that was submitted. */
export function submitForm(submitted) {
  const dialog = byId("submit");
  const form = byId("submit-form");
  byId("submit-open").addEventListener("click", () => {
    refuse("", null);
    dialog.showModal();
    byId("submit-uri").focus();
  });
  byId("submit-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  byId("submit-uri").addEventListener("input", preview);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form.querySelector("[type=submit]"), async () => {
      refuse("", null);
      try {
        const { how, status } = await api.submit(read(form));
        dialog.close();
        form.reset();
        preview();
        submitted(status.key);
        note(`${status.key} ${TAKEN[how]}`);
      } catch (failure) {
        refuse(failure.message, failure.field);
      }
    });
  });
}

function read(form) {
  const { uri, key, priority, estimate, sticky } = form.elements;
  const { requestUri, query } = parseLine(uri.value);
  const request = { requestUri, parameters: query };
  if (sticky.checked) {
    request.sticky = true;
  }
  if (key.value !== "") {
    request.key = key.value;
  }
  if (priority.value !== "") {
    request.priority = Number(priority.value);
  }
  if (estimate.value !== "") {
    request.estimatedTime = `PT${Number(estimate.value)}S`;
  }
  return request;
}

function preview() {
  const parameters = Object.entries(parseLine(byId("submit-uri").value).parameters);
  byId("submit-preview").hidden = parameters.length === 0;
  byId("submit-parameters").replaceChildren(...parameters.flatMap(([name, values]) => pair(name, values)));
}

/** Shows why a request is not taken, at the field if it is one's. */
function refuse(why, field) {
  say(byId("submit-error"), why);
  const wrong = FIELDS[(field ?? "").split(".")[0]];
  for (const id of new Set(Object.values(FIELDS))) {
    if (id === wrong) {
      byId(id).setAttribute("aria-invalid", "true");
    } else {
      byId(id).removeAttribute("aria-invalid");
    }
  }
  const input = byId(wrong);
  input?.closest("details")?.setAttribute("open", "");
  input?.focus();
}
