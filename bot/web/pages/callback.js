"use strict";
(() => {
  const { search: query, hash: fragment, pathname } = window.location;
  // What the address holds is secret: nothing of it stays in the bar or in the history.
  history.replaceState(null, "", pathname);

  const card = document.querySelector("main");
  const heading = document.querySelector("h1");
  const name = document.querySelector(".name");
  const facts = document.querySelector(".facts");
  const body = document.querySelector(".body");

  const element = (tag, text) => {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  };
  // Every second part of a text that is split at a group is what the group matched.
  const withCommands = (text) =>
    text
      .split(/(\/[a-z]+\u00a0[a-z]+)/)
      .map((part, index) => (index % 2 ? element("code", part) : part));
  const show = (end) => {
    card.dataset.kind = end.kind;
    card.setAttribute("aria-busy", "false");
    name.textContent = end.name || "";
    name.hidden = !end.name;
    facts.replaceChildren(
      ...end.facts.flatMap(([label, value]) => [element("dt", label), element("dd", value)]),
    );
    body.replaceChildren(...withCommands(end.body));
    heading.textContent = end.heading;
    document.title = end.heading;
    heading.focus();
  };
  const showOwn = (which) => {
    const text = card.dataset;
    show({
      kind: text[`${which}Kind`],
      heading: text[`${which}Heading`],
      body: text[`${which}Body`],
      facts: [],
    });
  };

  const post = async () => {
    const response = await fetch(pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query, fragment }),
      credentials: "same-origin",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    const end = await response.json();
    if (end.next) window.location.replace(end.next);
    else show(end);
  };

  if (!query && !fragment) showOwn("empty");
  else post().catch(() => showOwn("script"));
})();
