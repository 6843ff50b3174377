// The pages of `bomvet serve` in a browser: `node serve.mjs BROWSER URL [TOKEN]`, with the package playwright-core
// installed somewhere up the tree of the working folder; it is skipped where there is no such browser. With the
// token it signs in by a link on a page of another site. Every page that is linked is opened, in both themes and at two
// widths; fails on any message, dialog or foreign request, on what is wider than the window, on a failed
// answer, and when the search or the question for a package find nothing.
import assert from "node:assert";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [executablePath, url, token] = process.argv.slice(2);
if (!existsSync(executablePath)) {
  console.log(`skipped: there is no browser ${executablePath}`);
  process.exit(0);
}
const require = createRequire(resolve("serve.mjs"));
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const faults = [];
const home = new URL(url);
let opened = 0;

// another site: localhost and 127.0.0.1 are two
const other = createServer((_, answer) => {
  answer.setHeader("content-type", "text/html");
  answer.end(`<a href="${new URL(token ? `trend.html?token=${token}` : "trend.html", home)}">in</a>`);
});
await new Promise((done) => other.listen(0, "127.0.0.1", done));
const elsewhere = `http://localhost:${other.address().port}/`;

async function follow(page, width, start) {
  const seen = new Set();
  const todo = [start];
  while (todo.length > 0) {
    const next = todo.pop();
    if (seen.has(next)) continue;
    seen.add(next);
    const answer = await page.goto(next);
    if (answer.status() !== 200) faults.push(`${next}: ${answer.status()}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) faults.push(`${next} is ${wide} wide at ${width}`);
    for (const link of await page.$$eval("a", (links) => links.map((one) => one.href))) todo.push(link);
  }
  return seen.size;
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1200, 390]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    if (token) {
      const refused = await page.goto(url);
      assert.equal(refused.status(), 401);
    }
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("dialog", (dialog) => { faults.push("a dialog"); dialog.dismiss(); });
    await page.goto(elsewhere);
    await page.click("a");
    await page.waitForURL(new URL("trend.html", home).href);
    assert.match(await page.title(), /^Trend/);
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== home.origin) faults.push(`asks for ${request.url()}`);
    });
    assert(!(await page.content()).includes(token ?? "no token at all"));
    opened = await follow(page, width, url);
    await page.goto(url);
    await page.fill("input[name=q]", "product");
    await page.press("input[name=q]", "Enter");
    await page.waitForURL(/search\?q=product$/);
    assert(await page.$$eval("main a", (links) => links.length) > 0);
    await page.goto(new URL("where", home).href);
    await page.fill("input[name=purl]", "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1");
    await page.click("button");
    await page.waitForURL(/where\?purl=/);
    assert.match(await page.textContent("h1"), /^It is in \d+ place/);
    await page.click("main a");
    assert.match(page.url(), /product-/);
    await context.close();
  }
}
await browser.close();
other.close();
assert.deepEqual(faults, []);
console.log(`${opened} pages hold`);
