// Builds static/dist from static/: one bundle per file that lies directly in static/css and
// static/js, the drawings of static/ as they are, each under a name that holds its hash, each
// with a .gz and a .br beside it, and manifest.json that tells the server the names.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { cutStyles } from "./cut.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "..");
const STATIC = join(ROOT, "static");
const DIST = join(STATIC, "dist");
// The oldest that must send a report (docs: Chrome 78 in WeChat's own browser, iOS 13).
const TARGET = ["chrome78", "safari13"];
const LEAST_NODE = 20;
const CREDIT = "/*! WeUI 2.6.26, Copyright Tencent, Inc., MIT licence; cut to the rules in use */\n";

function stop(sentence) {
  console.error(`assets/build.mjs: ${sentence}`);
  process.exit(1);
}

async function loadEsbuild() {
  if (Number(process.versions.node.split(".")[0]) < LEAST_NODE) {
    stop(`needs Node ${LEAST_NODE} or newer, this is ${process.versions.node}.`);
  }
  if (!existsSync(join(HERE, "node_modules", "weui"))) {
    stop("its packages are missing. Run in assets/: npm ci --ignore-scripts --no-audit --no-fund");
  }
  try {
    return await import("esbuild");
  } catch (error) {
    return stop(`esbuild cannot start (${error.message}). Delete assets/node_modules and run npm ci.`);
  }
}

async function filesIn(folder, ...endings) {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.filter((name) => endings.includes(extname(name))).sort().map((name) => join(folder, name));
}

async function textOfAll(folder, ending) {
  const names = await readdir(folder, { recursive: true });
  const found = names.filter((name) => name.endsWith(ending)).sort();
  const texts = await Promise.all(found.map((name) => readFile(join(folder, name), "utf8")));
  return texts.join("\n");
}

async function bundle(esbuild, entries) {
  try {
    const result = await esbuild.build({
      entryPoints: entries, bundle: true, minify: true, write: false, outdir: DIST,
      format: "iife", target: TARGET, charset: "utf8", legalComments: "none",
      nodePaths: [join(HERE, "node_modules")], logLevel: "warning",
    });
    return new Map(result.outputFiles.map((file) => [basename(file.path), file.text]));
  } catch {
    return stop("the sources do not bundle; esbuild says above in which line.");
  }
}

async function write(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const ending = extname(name);
  const hashed = `${basename(name, ending)}-${hash}${ending}`;
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  await writeFile(join(DIST, hashed), bytes);
  await writeFile(join(DIST, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  await writeFile(join(DIST, `${hashed}.br`), brotliCompressSync(bytes, brotli));
  return hashed;
}

async function sweep(manifest) {
  const kept = Object.values(manifest).flatMap((name) => [name, `${name}.gz`, `${name}.br`]);
  for (const name of await readdir(DIST)) {
    if (name !== "manifest.json" && !kept.includes(name)) {
      await rm(join(DIST, name), { recursive: true });
    }
  }
}

const esbuild = await loadEsbuild();
await mkdir(DIST, { recursive: true });
const outputs = await bundle(esbuild, [
  ...(await filesIn(join(STATIC, "css"), ".css")),
  ...(await filesIn(join(STATIC, "js"), ".js")),
]);
const words = (await textOfAll(join(ROOT, "templates"), ".html")) + (await textOfAll(join(STATIC, "js"), ".js"));
const styles = new Map([...outputs].filter(([name]) => name.endsWith(".css")));
for (const [name, css] of cutStyles(styles, words)) {
  outputs.set(name, CREDIT + css);
}
for (const file of await filesIn(STATIC, ".svg", ".png")) {
  outputs.set(basename(file), await readFile(file));
}
const manifest = {};
for (const [name, content] of [...outputs].sort()) {
  manifest[name] = await write(name, Buffer.from(content));
}
// The manifest comes last and in one step: a server that starts meanwhile sees a whole set.
await writeFile(join(DIST, "manifest.json.new"), `${JSON.stringify(manifest, null, 1)}\n`);
await rename(join(DIST, "manifest.json.new"), join(DIST, "manifest.json"));
await sweep(manifest);
for (const [name, hashed] of Object.entries(manifest)) {
  const size = (await readFile(join(DIST, `${hashed}.gz`))).length;
  console.log(`${name.padEnd(20)} ${String(size).padStart(7)} bytes gzipped`);
}
