"use strict";
const $ = (id) => document.getElementById(id);
const seen = {};
const POOLS = {
  user: ["Calls per address", "hour"], account: ["Calls per account", "hour"],
  client: ["Calls of the application", "day"], post: ["Writing per address", "hour"],
  uploads: ["Uploads per address (unpublished)", "hour"], commercial: ["Commercial calls", "day"],
};
let world = null;

function make(tag, facts = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...inside.filter(Boolean));
  return node;
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function span(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = (iso) => new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

function say(text) {
  $("said").textContent = text;
  $("said").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $("said").hidden = true; }, 4000);
}

async function tell(path, body) {
  const answer = await fetch(`/sandbox/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

async function attempt(done, action) {
  try {
    await action();
    say(done);
  } catch (error) {
    say(error.message);
  }
  await refresh();
}

/** Redraw a part only when what it shows has changed, so that focus and scrolling stay. */
function part(name, facts, draw) {
  const text = JSON.stringify(facts);
  if (seen[name] === text) return;
  seen[name] = text;
  draw(facts);
}

function drawPictures(pictures) {
  $("no-pictures").hidden = pictures.length > 0;
  $("picture-grid").replaceChildren(...pictures.map((picture) => {
    const name = picture.title || picture.name || picture.id;
    const kind = picture.type.split("/")[1].replace("jpeg", "jpg").toUpperCase();
    return make("li", {},
      make("a", { class: "thumb", href: picture.page },
        make("img", { src: picture.thumbnail.replace(/^https?:\/\/[^/]+/, ""), alt: `${name}, page`, loading: "lazy" }),
        make("span", { class: "kind", text: kind })),
      make("div", { class: "facts" },
        make("strong", { text: name, title: name }),
        make("span", { class: "soft", text: `${picture.width} × ${picture.height} · ${size(picture.size_bytes)}` }),
        make("span", { class: "soft", text: day(picture.created) }),
        make("span", { class: picture.account ? "owner known" : "owner soft", text: picture.account || "anonymous" }),
        picture.processing && make("span", { class: "soft", text: "still being processed" }),
        make("span", { class: "links" },
          make("a", { href: picture.link, text: "Direct link" }),
          make("a", { href: `/sandbox/files/${picture.id}`, text: "Raw file", download: picture.id }))));
  }));
}

function drawAlbums(albums) {
  $("album-count").textContent = albums.length || "";
  $("no-albums").hidden = albums.length > 0;
  $("album-list").replaceChildren(...albums.map((album) => make("li", {},
    make("span", { class: "what" },
      make("a", { href: album.link, text: album.title || album.id }),
      make("span", { class: "soft", text: `${count(album.image_ids.length, "picture")} · ${album.account || "anonymous"} · ${day(album.created)}` })))));
}

function drawRequests(requests) {
  $("no-requests").hidden = requests.length > 0;
  $("request-rows").replaceChildren(...requests.map((entry) => make("tr", {},
    make("td", { text: clock(entry.at) }),
    make("td", { class: "path" }, `${entry.method} ${entry.path}`, entry.fault && make("span", { class: "fault", text: entry.fault })),
    make("td", { text: entry.auth }),
    make("td", { class: entry.status < 400 ? "ok" : "no", text: entry.status }),
    make("td", { text: entry.cost }))));
}

function drawPools(pools) {
  $("pool-list").replaceChildren(...pools.map((pool) => {
    const [label, window] = POOLS[pool.kind];
    const share = pool.limit ? pool.remaining / pool.limit : 0;
    const owner = pool.owner ? pool.owner.split("/")[0] : "nobody yet";
    const when = pool.open ? `returns in ${span(pool.reset_in_s)}` : `full, per ${window}`;
    const state = share <= 0.02 ? "pool low dry" : share <= 0.25 ? "pool low" : "pool";
    const meter = make("div", {
      class: "track", role: "meter", "aria-label": `${label}, ${owner}`, "aria-valuemin": 0,
      "aria-valuemax": pool.limit, "aria-valuenow": pool.remaining,
    }, make("div", { class: "bar" }));
    meter.firstChild.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
    return make("div", { class: state },
      make("div", { class: "line" }, make("span", { text: label }), make("strong", { text: `${pool.remaining} / ${pool.limit}` })),
      meter,
      make("div", { class: "soft", text: `${owner} · ${when}${pool.refusals ? ` · refused ${pool.refusals}×` : ""}` }));
  }));
}

function shownPools(document_) {
  const kinds = ["user", "client", "post", "uploads"];
  const missing = kinds.filter((kind) => !document_.pools.some((pool) => pool.kind === kind));
  const full = missing.map((kind) => ({ kind, owner: "", limit: document_.limits[kind], remaining: document_.limits[kind], refusals: 0 }));
  const order = Object.keys(POOLS);
  return [...document_.pools, ...full].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function drawTruth(truth) {
  const strangers = [...truth.unknown_routes, ...truth.unknown_fields];
  $("truth").className = strangers.length ? "soft bad" : "soft";
  $("truth").textContent = `${count(truth.requests, "request")}, ${count(truth.uploads, "upload")}, ${truth.refusals} refused for credits, ` +
    `${count(truth.strikes, "dry day")}.` + (strangers.length ? ` Unknown to Imgur: ${strangers.slice(-3).join("; ")}` : "");
}

function drawAccounts(accounts) {
  $("account-list").replaceChildren(...accounts.filter((account) => account.choosable).map((account) => make("li", {},
    make("span", { class: "what" },
      make("strong", { text: account.url }),
      make("span", { class: "soft", text: `${account.pictures} uploaded · ` + (account.applications.length ? `used by ${account.applications.join(", ")}` : "not linked") })),
    account.applications.length > 0 && make("button", {
      type: "button", text: "Revoke", "aria-label": `Revoke the bot's access to ${account.url}`,
      onclick: () => attempt(`${account.url} is linked no longer.`, () => tell("revoke", { account: account.url })),
    }))));
}

function drawApplications(applications) {
  $("application-list").replaceChildren(...applications.map((application) => make("li", {},
    make("span", { class: "what" },
      make("strong", { text: application.name }),
      make("span", { class: "soft", text: "Client id" }), make("code", { text: application.client_id }),
      make("span", { class: "soft", text: "Secret" }), make("code", { text: application.secret }),
      make("span", { class: "soft", text: "Callback" }), make("code", { text: application.callback_url })))));
}

function drawFaults(armed) {
  $("armed").replaceChildren(...armed.map((fault) => make("li", {}, `${fault.fault} waits for ${fault.method || "any call"} ${fault.path}`)),
    ...(armed.length ? [make("button", { type: "button", text: "Disarm", onclick: disarm })] : []));
}

function drawSwitches(switches) {
  $("closed").checked = switches.oauth_closed !== "";
  $("region").checked = switches.region_refused;
  $("rotate").checked = switches.rotate_refresh;
  $("profile").value = switches.profile;
}

function draw(document_) {
  world = document_;
  $("address").textContent = `${document_.url} · ${document_.counts.gallery} gallery posts`;
  $("clock").textContent = `It is ${day(document_.time)} here.`;
  $("picture-count").textContent = document_.counts.pictures || "";
  part("pictures", document_.pictures, drawPictures);
  part("albums", document_.albums, drawAlbums);
  part("requests", document_.requests, drawRequests);
  part("pools", shownPools(document_), drawPools);
  part("truth", document_.truth, drawTruth);
  part("accounts", document_.accounts, drawAccounts);
  part("applications", document_.applications, drawApplications);
  part("faults", document_.faults, drawFaults);
  part("switches", document_.switches, drawSwitches);
}

async function refresh() {
  try {
    const answer = await fetch("/sandbox/state?pictures=60");
    draw(await answer.json());
    $("live").textContent = "Live";
    $("live").className = "live on";
  } catch {
    $("live").textContent = "The sandbox is not running";
    $("live").className = "live off";
  }
}

const disarm = () => attempt("Disarmed.", () => fetch("/sandbox/faults", { method: "DELETE" }));

const DEEDS = {
  low: ["Ten credits are left to each user.", async () => {
    await tell("credits", { pool: "user", remaining: 10 });
    await tell("credits", { pool: "account", remaining: 10 });
  }],
  dry: ["The client pool is empty.", () => tell("credits", { pool: "client", remaining: 0 })],
  full: ["All pools are full.", async () => {
    for (const [kind, limit] of Object.entries(world.limits)) await tell("credits", { pool: kind, remaining: limit });
  }],
  fault: ["The next upload will fail.", () => tell("faults", { fault: $("fault").value, match: { method: "POST", path: "/3/[iu]*" } })],
  reset: ["Everything is as on the first day.", () => tell("reset", {})],
};

function listen() {
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => {
      const [done, action] = DEEDS[button.dataset.do];
      if (button.dataset.do === "reset" && !confirm("Forget all pictures, albums, links and credits?")) return;
      attempt(done, action);
    });
  }
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => attempt(`The clock has moved by ${button.textContent.slice(1)}.`, () => tell("clock", { advance_s: Number(button.dataset.advance) })));
  }
  const choose = (id, done, path, body) => $(id).addEventListener("change", () => attempt(done, () => tell(path, body($(id)))));
  choose("closed", "Changed.", "oauth", (box) => ({ closed: box.checked ? "page" : "" }));
  choose("rotate", "Changed.", "oauth", (box) => ({ rotate_refresh: box.checked }));
  choose("region", "Changed.", "profile", (box) => ({ region_refused: box.checked }));
  choose("profile", "Changed.", "profile", (list) => ({ profile: list.value }));
}

async function send(form) {
  form.append("person", $("person").value);
  form.append("text", $("words").value);
  await attempt("Posted.", async () => {
    const answer = await fetch("/sandbox/post", { method: "POST", body: form });
    if (!answer.ok) throw new Error((await answer.json()).error);
    $("words").value = "";
  });
}

function sendFiles(files) {
  if (!files.length) return;
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  send(form);
  $("files").value = "";
}

function drawSample(name) {
  const address = `/sandbox/samples/${encodeURIComponent(name)}`;
  const picture = /\.(png|jpe?g|gif|webp)$/i.test(name)
    ? make("img", { src: address, alt: "", loading: "lazy" })
    : make("span", { class: "film", "aria-hidden": "true", text: "▶" });
  const post = () => {
    const form = new FormData();
    form.append("sample", name);
    send(form);
  };
  return make("li", {}, make("button", { type: "button", "aria-label": `Post ${name}`, onclick: post }, picture, name));
}

async function openPoster() {
  const told = await (await fetch("/sandbox/people")).json();
  if (!told.people.length) return;
  $("person").replaceChildren(...told.people.map((person) => make("option", { value: person.id, text: person.name })));
  $("samples").hidden = !told.samples.length;
  $("sample-list").replaceChildren(...told.samples.map(drawSample));
  $("poster").hidden = false;
  $("post-form").addEventListener("submit", (event) => { event.preventDefault(); send(new FormData()); });
  $("files").addEventListener("change", () => sendFiles($("files").files));
  const drop = $("drop");
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); sendFiles(event.dataTransfer.files); });
}

async function listFaults() {
  const told = await (await fetch("/sandbox/faults")).json();
  const names = told.names.filter((name) => name !== "status");
  $("fault").replaceChildren(...names.map((name) => make("option", { value: name, text: name })));
  $("fault").value = "gateway-429";
}

listen();
listFaults();
openPoster();
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, 2000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
