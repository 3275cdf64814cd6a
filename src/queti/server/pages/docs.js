"use strict";

const verbs = ["get", "post", "put", "patch", "delete"];
const place = document.getElementById("calls");

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function call(spec, path, verb, told, shared) {
  const name = element("span", verb.toUpperCase());
  name.className = "verb";
  const shown = element("details", "", element("summary", "", name, element("code", path), ` ${told.summary || ""}`));
  shown.dataset.text = `${path} ${told.summary} ${told.operationId || ""}`.toLowerCase();
  shown.addEventListener("toggle", () => {
    if (!shown.open || shown.children.length > 1) return;
    if (told.description) shown.append(element("p", told.description));
    const parameters = [...(shared || []), ...(told.parameters || [])];
    for (const one of parameters) {
      const need = one.required ? " (required)" : "";
      shown.append(element("div", "", element("code", one.name), ` in ${one.in}${need}. ${one.description || ""}`));
    }
    const body = told.requestBody?.content["application/json"]?.schema;
    if (body) shown.append(element("h3", "Body"), element("pre", JSON.stringify(body, null, 2)));
    for (const [status, answer] of Object.entries(told.responses)) {
      const schema = answer.content?.["application/json"]?.schema;
      shown.append(element("h3", `Answer ${status}`));
      if (schema) shown.append(element("pre", JSON.stringify(open(spec, schema), null, 2)));
    }
  });
  return shown;
}

function open(spec, schema) {
  const name = schema.$ref?.replace("#/components/schemas/", "");
  return name ? spec.components.schemas[name] : schema;
}

function show(spec) {
  const groups = new Map();
  for (const [path, calls] of Object.entries(spec.paths)) {
    for (const verb of verbs.filter((one) => calls[one])) {
      const tag = calls[verb].tags?.[0] || "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(call(spec, path, verb, calls[verb], calls.parameters));
    }
  }
  place.replaceChildren();
  for (const [tag, calls] of [...groups].sort()) {
    place.append(element("section", "", element("h2", tag), ...calls));
  }
}

document.getElementById("find").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const section of place.querySelectorAll("section")) {
    let left = 0;
    for (const shown of section.querySelectorAll("details")) {
      shown.hidden = !shown.dataset.text.includes(wanted);
      left += shown.hidden ? 0 : 1;
    }
    section.hidden = left === 0;
  }
});

fetch("/api/openapi.json", { headers: { Accept: "application/json" } })
  .then(async (answer) => {
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail);
    show(body);
  })
  .catch((error) => place.replaceChildren(element("p", `${error.message} `), element("a", "Sign in")))
  .then(() => {
    const link = place.querySelector("a");
    if (link) link.href = "/";
  });
