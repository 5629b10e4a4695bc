// What the browser does by itself, so that it goes on while .NET is busy, disconnected or gone.
(() => {
  "use strict";
  const root = document.documentElement;

  // Ages: one timer for all labels of the page.
  const ages = new Set();
  const age = (then, now) => {
    const s = Math.max(0, Math.round((now - then) / 1000));
    if (s < 60) return `${s} s ago`;
    const m = Math.floor(s / 60);
    if (m < 60) return `${m} min ago`;
    const h = Math.floor(m / 60);
    if (h < 48) return m % 60 ? `${h} h ${m % 60} min ago` : `${h} h ago`;
    return `${Math.floor(h / 24)} d ago`;
  };

  customElements.define("time-ago", class extends HTMLElement {
    static observedAttributes = ["datetime"];
    #text;
    #then = NaN;
    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      ages.add(this);
      this.tell(Date.now());
    }
    disconnectedCallback() { ages.delete(this); }
    attributeChangedCallback() {
      this.#then = Date.parse(this.getAttribute("datetime"));
      if (this.shadowRoot) this.tell(Date.now());
    }
    tell(now) {
      const text = Number.isNaN(this.#then) ? "" : age(this.#then, now);
      if (text !== this.#text) this.shadowRoot.textContent = this.#text = text;
    }
  });
  const tellAll = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const label of ages) label.tell(now);
  };
  setInterval(tellAll, 1000);

  // html[data-live] is what lets anything have colour. It fades by itself when beats stop.
  let fade = 0, liveUntil = 0, liveUntilClock = 0;
  const notLive = () => { clearTimeout(fade); delete root.dataset.live; };
  const live = ms => {
    clearTimeout(fade);
    if (ms <= 0) return notLive();
    liveUntil = performance.now() + ms;
    liveUntilClock = Date.now() + ms;
    root.dataset.live = "";
    fade = setTimeout(notLive, ms);
  };
  document.addEventListener("visibilitychange", () => {
    // Timers of a hidden page are late, and a device that slept stops one of the clocks.
    if (performance.now() >= liveUntil || Date.now() >= liveUntilClock) notLive();
    tellAll();
    page?.invokeMethodAsync("OnVisible", !document.hidden);
  });

  // Storage may be off; then preferences last as long as the page.
  const kept = new Map();
  const preference = {
    get(name) { try { return localStorage.getItem(name); } catch { return kept.get(name) ?? null; } },
    set(name, value) { kept.set(name, value); try { localStorage.setItem(name, value); } catch { /* kept above */ } },
  };

  // Offsets from UTC in minutes, each with the moment it began: .NET carries no time zones here.
  const offsets = () => {
    const day = 86400000, now = Date.now(), found = [];
    const at = t => -new Date(t).getTimezoneOffset();
    let last = at(now - 400 * day);
    found.push([0, last]);
    for (let t = now - 399 * day; t <= now + 2 * day; t += day) {
      const offset = at(t);
      if (offset === last) continue;
      let from = t - day, to = t;
      while (to - from > 60000) { const mid = (from + to) / 2; if (at(mid) === last) from = mid; else to = mid; }
      found.push([Math.round(to / 60000) * 60000, last = offset]);
    }
    return found.flat();
  };

  const copy = async text => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not a secure context, or refused */ }
    const area = document.createElement("textarea");
    const before = document.activeElement;
    area.value = text;
    area.className = "sr";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* refused */ }
    area.remove();
    before?.focus();
    return done;
  };

  // Keys. Single characters never act inside fields, and can be turned off.
  const singles = new Set(["j", "k", "v", "c", "y", "t", "?", "/", "K"]);
  const moves = new Set(["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter"]);
  const places = new Set(["s", "c", "b", "a", "h", "l"]);
  let page = null, singlesOn = true, went = 0;
  const press = key => page?.invokeMethodAsync("OnKey", key);
  const inField = target => target instanceof Element && (target.matches("input,textarea,select") || target.isContentEditable);
  // The palette's Enter, or one that is held down, must not also send the dialog that it opened.
  addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.repeat || event.target.matches?.("#palette input"))) event.preventDefault();
  }, true);
  addEventListener("keydown", event => {
    if (!page || event.defaultPrevented || event.isComposing) return;
    const { key, target } = event;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") {
      event.preventDefault();
      press("Ctrl+K");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (key === "Escape") { press("Escape"); return; }
    if (inField(target)) return;
    if (moves.has(key)) {
      const row = target instanceof Element ? target.closest("[data-rows] [data-row]") : null;
      if (!row || (key === "Enter" && row !== target)) return;
      event.preventDefault();
      press(key);
      return;
    }
    if (!singlesOn) return;
    if (went && performance.now() - went < 1200 && places.has(key)) {
      went = 0;
      event.preventDefault();
      press(`g ${key}`);
      return;
    }
    went = key === "g" ? performance.now() : 0;
    if (!singles.has(key)) return;
    event.preventDefault();
    if (key === "/") document.querySelector("[data-filter]")?.focus();
    else press(key);
  });

  // A row's height in pixels: the style sheet says it in the reader's own text size. Cards, which rows are on a phone, differ: their mean stands for each,
  // taken once for a width, so that nothing jumps while the person scrolls.
  const cards = new WeakMap();
  const rowOf = box => {
    const rows = box.querySelectorAll("tbody > tr:not([data-gap])");
    if (rows.length === 0 || getComputedStyle(rows[0]).display === "table-row") return plainRowOf(box);
    const known = cards.get(box);
    if (known?.width === box.clientWidth) return known.height;
    const height = (rows[rows.length - 1].getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top) / rows.length;
    cards.set(box, { width: box.clientWidth, height });
    return height;
  };
  const plainRowOf = box => (parseFloat(getComputedStyle(box).getPropertyValue("--row")) || 2.25) * parseFloat(getComputedStyle(root).fontSize);

  // Tells which rows of a long table are in view, so that only those are drawn.
  const windows = new Map();
  const watchWindow = (id, list) => {
    const box = document.getElementById(id);
    if (!box) return;
    unwatchWindow(id);
    let first = -1, count = -1, due = false;
    const tell = () => {
      due = false;
      const row = rowOf(box);
      const f = Math.max(0, Math.floor(box.scrollTop / row)), c = Math.ceil(box.clientHeight / row) + 1;
      if (Math.abs(f - first) < 4 && c === count && (f > 0 || first === 0)) return;
      first = f;
      count = c;
      list.invokeMethodAsync("OnWindow", f, c, Math.round(row));
    };
    const soon = () => { if (!due) { due = true; requestAnimationFrame(tell); } };
    const sizes = new ResizeObserver(soon);
    sizes.observe(box);
    box.addEventListener("scroll", soon, { passive: true });
    windows.set(id, () => { sizes.disconnect(); box.removeEventListener("scroll", soon); });
    tell();
  };
  const unwatchWindow = id => { windows.get(id)?.(); windows.delete(id); };

  // The tab: a word before the title and a shape as its picture, whatever the page itself writes there.
  const pictures = {
    ok: `<rect width="32" height="32" rx="9" fill="#0B5CAD"/><circle cx="16" cy="16" r="7.5" fill="none" stroke="#fff" stroke-width="3"/><circle cx="16" cy="16" r="2.6" fill="#fff"/>`,
    degraded: `<path d="M16 3L31 29H1z" fill="#B7791F"/><path d="M16 12v8M16 23v3" stroke="#fff" stroke-width="3.4"/>`,
    blocked: `<path d="M10 1h12l9 9v12l-9 9H10l-9-9V10z" fill="#C53030"/><path d="M10 10l12 12M22 10L10 22" stroke="#fff" stroke-width="3.6"/>`,
    unknown: `<circle cx="16" cy="16" r="13" fill="none" stroke="#718096" stroke-width="4" stroke-dasharray="7 5"/>`,
  };
  const words = { blocked: "BLOCKED · ", degraded: "DEGRADED · ", unknown: "UNKNOWN · ", ok: "" };
  let before = "";
  const titled = () => {
    const bare = document.title.replace(/^(?:\(\d+\) )?(?:(?:BLOCKED|DEGRADED|UNKNOWN) · )?/, "");
    if (bare && document.title !== before + bare) document.title = before + bare;
  };
  new MutationObserver(titled).observe(document.head, { childList: true, subtree: true, characterData: true });
  const tab = (state, alerts) => {
    before = (alerts > 0 ? `(${alerts}) ` : "") + (words[state] ?? words.unknown);
    titled();
    const icon = document.querySelector("link[rel=icon]");
    if (icon) icon.href = "data:image/svg+xml," + encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${pictures[state] ?? pictures.unknown}</svg>`);
  };
  const notify = (title, body, id) => {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const shown = new Notification(title, { body, tag: id });
      shown.onclick = () => { focus(); Blazor.navigateTo(`alerts?id=${id}`); shown.close(); };
    } catch { /* some browsers show them from workers alone */ }
  };

  addEventListener("online", () => page?.invokeMethodAsync("OnOnline", true));
  addEventListener("offline", () => page?.invokeMethodAsync("OnOnline", false));

  // What a person types into a plain form before the program has loaded: the program draws the form anew and asks for it once.
  const typed = new Map();
  const keep = event => { if (event.target.id && event.target.closest("form")) typed.set(event.target.id, event.target.value); };
  document.addEventListener("input", keep);
  const takeTyped = id => {
    document.removeEventListener("input", keep);
    const value = typed.get(id) ?? "";
    typed.clear();
    return value;
  };

  // A menu closes when the person goes on elsewhere, and on Esc.
  const closeMenus = except => { for (const menu of document.querySelectorAll("details.chooser[open]")) if (!menu.contains(except)) menu.open = false; };
  document.addEventListener("pointerdown", event => closeMenus(event.target));
  document.addEventListener("keydown", event => {
    const menu = event.key === "Escape" && event.target instanceof Element && event.target.closest("details.chooser[open]");
    if (!menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }, true);

  // A menu that would leave the window, or go under the rail, is moved back.
  document.addEventListener("toggle", event => {
    const menu = event.target.matches?.("details.chooser[open]") && event.target.querySelector(".menu");
    if (!menu) return;
    menu.style.translate = "";
    const { left, right } = menu.getBoundingClientRect();
    const least = 8 + (menu.closest("main")?.getBoundingClientRect().left ?? 0);
    const over = left < least ? least - left : Math.min(0, innerWidth - 8 - right);
    if (over) menu.style.translate = `${over}px`;
  }, true);

  window.observatory = {
    takeTyped,
    copy, live, offsets, watchWindow, unwatchWindow, tab, notify,
    mayNotify: () => "Notification" in window && Notification.permission !== "denied",
    askToNotify: async () => "Notification" in window && await Notification.requestPermission() === "granted",
    preference: name => preference.get(name),
    prefer: (name, value) => preference.set(name, value),
    start(reference, singleKeys) {
      page = reference;
      singlesOn = singleKeys;
      root.dataset.ready = "true";
      if (document.hidden) page.invokeMethodAsync("OnVisible", false);
      return navigator.onLine;
    },
    stop() { page = null; notLive(); },
    singleKeys(on) { singlesOn = on; preference.set("single-keys", on ? "on" : "off"); },
    theme(name) {
      const next = name ?? (root.dataset.theme === "dark" ? "light" : "dark");
      root.dataset.theme = next;
      preference.set("theme", next);
      return next;
    },
    focus(selector) { requestAnimationFrame(() => document.querySelector(selector)?.focus({ preventScroll: false })); },
    findRow(box, index, selector, focus) {
      let tries = 20;
      const look = () => {
        const row = document.querySelector(selector);
        if (row) { if (focus) row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); return; }
        const list = document.getElementById(box);
        if (list && tries === 20) list.scrollTop = index * rowOf(list);
        if (--tries > 0) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    reveal(selector) { requestAnimationFrame(() => document.querySelector(selector)?.scrollIntoView({ block: "start" })); },
    open(id) {
      const dialog = document.getElementById(id);
      if (dialog && !dialog.open) dialog.showModal();
      dialog?.querySelector("[data-first]")?.focus();
    },
    close(id) { const dialog = document.getElementById(id); if (dialog?.open) dialog.close(); },
  };
})();
