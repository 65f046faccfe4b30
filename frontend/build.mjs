// Builds what ships inside the wheel. `--check` builds into memory and compares: committed = built.
// Same sources, same bytes: esbuild is pinned, nothing here depends on time, place or order.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const package_ = join(here, "..", "src", "panah");
const assets = join(package_, "web", "base", "static", "panah");
const common = { bundle: true, minify: true, write: false, charset: "utf8", legalComments: "inline", absWorkingDir: here };

async function bundled(entry, options) {
  const { outputFiles } = await build({ ...common, entryPoints: [entry], ...options });
  return Buffer.from(outputFiles[0].contents);
}

async function outputs() {
  const script = await bundled("scripts/panah.js", { format: "iife", target: ["es2020"] });
  const styles = await bundled("styles/panah.css", { target: ["chrome111", "firefox113", "safari16.4"] });
  const reporting = await bundled("styles/reporting.css", { target: ["chrome111", "firefox113", "safari16.4"] });
  const version = createHash("sha256").update(script).update(styles).update(reporting).digest("hex").slice(0, 12);
  const atlas = join(here, "node_modules", "world-atlas");
  return new Map([
    [join(assets, "panah.js"), script],
    [join(assets, "panah.css"), styles],
    [join(assets, "reporting.css"), reporting],
    [join(package_, "web", "base", "assets.version"), Buffer.from(version + "\n")],
    [join(package_, "release", "data", "countries-110m.json"), await readFile(join(atlas, "countries-110m.json"))],
    [join(package_, "release", "data", "countries-110m.LICENSE.txt"), await readFile(join(atlas, "LICENSE"))],
  ]);
}

const built = await outputs();
if (process.argv.includes("--check")) {
  const differing = [];
  for (const [path, bytes] of built) {
    const committed = await readFile(path).catch(() => Buffer.alloc(0));
    if (!committed.equals(bytes)) differing.push(relative(join(here, ".."), path));
  }
  if (differing.length) {
    console.error(`frontend: ${differing.join(", ")}: differs from its sources; run: npm run build`);
    process.exit(1);
  }
} else {
  for (const [path, bytes] of built) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
