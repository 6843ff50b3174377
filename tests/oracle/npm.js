// Answers pairs of versions ("left<tab>right" a line) as node-semver does, read loosely as npm reads
// what a registry holds. -1, 0, 1, or ! where one is no version. Exit code 77: not installed.
let compare;
try {
  compare = require("semver").compare;
} catch {
  process.exit(77);
}
const answer = (pair) => {
  try {
    return compare(...pair.split("\t"), { loose: true });
  } catch {
    return "!";
  }
};
const pairs = require("fs").readFileSync(0, "utf8").split("\n").slice(0, -1);
process.stdout.write(pairs.map((pair) => answer(pair) + "\n").join(""));
