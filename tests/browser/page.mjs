// The HTML report in a browser: `node page.mjs BROWSER PAGE...`, with the package playwright-core
// installed somewhere up the tree of the working folder. Fails on any error in the console, on any request,
// and when search, filters, paths or themes do not do what they say. Writes PAGE.light.png and PAGE.dark.png.
import assert from "node:assert";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve("page.mjs"));
const { chromium } = require("playwright-core");
const [executablePath, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const faults = [];

async function open(path, options) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(path)).href;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${path}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${path}: ${error}`));
  page.on("dialog", (dialog) => { faults.push(`${path}: dialog`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (request.url() !== url) faults.push(`${path}: asks for ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

const ROWS = "tr[data-status]";
const visible = (page, rows = ROWS) =>
  page.$$eval(rows, (all) => all.filter((row) => row.offsetParent !== null).length);
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function filters(page) {
  const all = await page.$$eval(ROWS, (rows) => rows.length);
  assert.equal(await visible(page), all);
  if (all === 0) return;
  const word = await page.$eval(`${ROWS} code`, (name) => name.textContent.toLowerCase());
  const expected = await page.$$eval(ROWS, (rows, word) =>
    rows.filter((row) => word.split(/\s+/).every((part) => row.textContent.toLowerCase().includes(part))).length, word);
  await page.fill("#search", word);
  assert.equal(await visible(page), expected);
  await page.fill("#search", "no row says this");
  assert.equal(await visible(page), 0);
  assert.equal(await visible(page, "article"), 0);
  await page.fill("#search", "");
  for (const box of await page.$$("#filters input[type=checkbox]")) {
    const name = await box.getAttribute("name");
    const value = await box.getAttribute("value");
    await box.uncheck();
    assert.equal(await visible(page, `tr[data-${name}=${value}]`), 0);
    await box.check();
  }
  assert.equal(await visible(page), all);
  assert.equal(await page.textContent("#shown"), `${all} of ${all} rows`);
}

async function paths(page) {
  const path = page.locator("summary", { hasText: "path of" }).first();
  if (await path.count() === 0) return;
  await path.click();
  assert(await page.locator("details[open] ol li").first().isVisible());
}

for (const path of pages) {
  const light = await open(path, { colorScheme: "light" });
  await filters(light);
  await light.screenshot({ path: `${path}.light.png`, fullPage: true });
  await paths(light);
  const before = await background(light);
  await light.click("#theme");
  const after = await background(light);
  assert.notEqual(before, after);
  const dark = await open(path, { colorScheme: "dark" });
  assert.equal(await background(dark), after);
  await dark.screenshot({ path: `${path}.dark.png`, fullPage: true });
  const narrow = await open(path, { viewport: { width: 400, height: 800 } });
  assert(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "scrolls sideways");
  const bare = await open(path, { javaScriptEnabled: false });
  assert(!(await bare.locator("#filters").isVisible()));
  assert.equal(await bare.locator(ROWS).count(), await visible(light));
}
await browser.close();
assert.deepEqual(faults, []);
console.log(`${pages.length} pages, no fault`);
