// Deciding by keyboard. A key counts only while a part has the focus, so it can never be struck by accident elsewhere.
const list = document.querySelector("[data-review]");
if (list) {
  for (const hint of list.querySelectorAll("[data-with-script]")) hint.hidden = false;
  const parts = [...list.querySelectorAll("[data-part]")];
  const target = () => document.querySelector(`[data-part]:target`);
  const waiting = () => parts.find((part) => part.dataset.state === "open");

  const press = (part, decision) => part.querySelector(`button[name=decision][value=${decision}]`)?.click();
  const step = (part, by) => parts[parts.indexOf(part) + by]?.focus();
  const actions = {
    j: (part) => step(part, 1),
    k: (part) => step(part, -1),
    a: (part) => press(part, "accept"),
    r: (part) => press(part, "reject"),
    e: (part) => {
      const form = part.querySelector("details");
      if (!form) return;
      form.open = true;
      form.querySelector("input:not([type=hidden]), select").focus();
    },
  };

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") event.target.closest("[data-part]").focus();
      return;
    }
    const part = event.target.closest("[data-part]");
    const action = part && actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action(part);
  });

  // after a decision the page comes back with the next part in its address
  if (location.hash) (target() ?? waiting())?.focus();
}
