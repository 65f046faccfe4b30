// The inbox by keyboard: j and k go from report to report, x ticks. Without a script Tab and Space do the same.
const boxes = [...document.querySelectorAll("input[type=checkbox][name=report]")];
if (boxes.length) {
  const link = (box) => box.closest("tr").querySelector("a");
  const here = () => boxes.findIndex((box) => box.closest("tr").contains(document.activeElement));
  const keys = {
    j: () => link(boxes[Math.min(here() + 1, boxes.length - 1)]).focus(),
    k: () => link(boxes[Math.max(here() - 1, 0)]).focus(),
    x: () => here() >= 0 && boxes[here()].click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
