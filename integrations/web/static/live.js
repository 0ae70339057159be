// Brings new messages into the page, says so politely, and leaves the reader's focus and place alone.
// Everything works without this file.
(() => {
  const list = document.getElementById("messages");
  const words = document.getElementById("words");

  // Where to go on: the list of errors, or the box for the next line.  The browser goes to the message in the address,
  // before or after this runs; if it is after, we go on from there, unless the reader was faster.
  const typed = sessionStorage.getItem("typed") || location.hash === "#line";
  let goOn = document.querySelector(".problem") ?? (typed ? words : null);
  sessionStorage.removeItem("typed");
  const settle = () => goOn?.focus({ preventScroll: goOn === words });
  settle();
  document.getElementById(location.hash.slice(1))?.addEventListener("focus", settle);
  for (const act of ["keydown", "pointerdown"]) addEventListener(act, () => { goOn = null; }, { once: true });

  for (const form of document.querySelectorAll("form.say")) {
    form.addEventListener("submit", () => sessionStorage.setItem("typed", "yes"));
  }

  for (const box of document.querySelectorAll(".problem")) {
    box.addEventListener("click", (event) => {
      const field = event.target.hash && document.getElementById(event.target.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus();
    });
  }

  const people = document.querySelector(".people ul");
  people?.scrollTo({ left: (people.querySelector("[aria-current]")?.offsetLeft ?? 0) - 16 });

  // The way in which a message elsewhere was looked at last stays chosen, unless the address says another.
  const way = location.search.includes("as=") ? null : sessionStorage.getItem("way");
  for (const choice of document.querySelectorAll(".ways input")) {
    if (choice.value === way) choice.checked = true;
    choice.addEventListener("change", () => sessionStorage.setItem("way", choice.value));
  }

  const print = document.getElementById("print");
  if (print) print.hidden = false;
  print?.addEventListener("click", () => window.print());

  // A page with names does not stay on a screen that nobody is at: the server has signed them out by then.
  const idle = Number(document.querySelector("[data-idle]")?.dataset.idle);
  if (idle) setTimeout(() => location.reload(), (idle + 5) * 1000);

  if (!list) return;
  if (!location.hash && !location.search) document.getElementById("latest")?.closest("li").scrollIntoView();

  const newest = () => list.lastElementChild?.dataset.id ?? "0";
  const nearTheEnd = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 200;

  function announce(added) {
    const first = added[0];
    const link = document.createElement("a");
    link.href = `#${first.id}`;
    link.textContent = first.querySelector(".card h2, .card p")?.textContent ?? "Show it";
    document.getElementById("arrived").replaceChildren(added.length === 1 ? "New message: " : `${added.length} new messages: `, link);
  }

  function count(badge) {
    const here = document.querySelector(`.people [data-unread="${CSS.escape(badge.dataset.unread)}"]`);
    if (!here) return;
    here.hidden = badge.textContent === "0";
    here.querySelector(".number").textContent = badge.textContent;
  }

  function take(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("[data-unread]").forEach(count);
    const added = [...page.querySelectorAll("li[data-id]")].filter((row) => !document.getElementById(row.id));
    if (!added.length) return;
    const follow = nearTheEnd();
    document.getElementById("latest")?.remove();
    document.querySelector(".nothing")?.remove();
    list.append(...added);
    announce(added);
    if (follow) added[0].scrollIntoView({ block: "nearest" });
  }

  async function look() {
    if (document.hidden) return;
    const response = await fetch(`/new?after=${newest()}&you=${encodeURIComponent(list.dataset.you)}`);
    if (response.status === 200) take(await response.text());
  }

  setInterval(() => look().catch(() => {}), 2000);
})();
