// Everything works without this file; it only saves a step here and there.
import "./htmx.js";
import "./inbox.js";
import "./menus.js";
import "./passkeys.js";
import "./review.js";
import "./submit-on-change.js";
