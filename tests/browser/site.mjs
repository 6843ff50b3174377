// The pages of `bomvet audit report` in a browser: `node site.mjs BROWSER DIR`, with the package playwright-core
// installed somewhere up the tree of the working folder; it is skipped where there is no such browser. Fails on
// any message, request or dialog, on what is wider than the window, and when the search finds no product.
import assert from "node:assert";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [executablePath, folder] = process.argv.slice(2);
if (!existsSync(executablePath)) {
  console.log(`skipped: there is no browser ${executablePath}`);
  process.exit(0);
}
const require = createRequire(resolve("site.mjs"));
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const faults = [];
const names = readdirSync(folder).filter((name) => name.endsWith(".html"));
assert(names.includes("index.html"));

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1200, 390]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("dialog", (dialog) => { faults.push("a dialog"); dialog.dismiss(); });
    for (const name of names) {
      const url = pathToFileURL(resolve(folder, name)).href;
      const watch = (request) => { if (request.url() !== url) faults.push(`${name} asks for ${request.url()}`); };
      page.on("request", watch);
      await page.goto(url);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) faults.push(`${name} is ${wide} wide at ${width}`);
      page.off("request", watch);
    }
    await page.goto(pathToFileURL(resolve(folder, "index.html")).href);
    await page.fill("#words", "product");
    assert(await page.$$eval("#hits a", (links) => links.length) > 0);
    await page.fill("#words", "no page says this");
    assert.equal(await page.$$eval("#hits a", (links) => links.length), 0);
    await context.close();
  }
}
await browser.close();
assert.deepEqual(faults, []);
console.log(`${names.length} pages hold`);
