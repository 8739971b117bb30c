// Reads a JSON list of Markdown texts, and prints for each what two real engines make of it.
// Everything that they can do is switched on, and raw HTML is let through: what is hostile must not get that far.
const path = require("path");

const packages = process.argv[2];
const cmark = require(path.join(packages, "cmark-gfm"));
const markdownIt = require(path.join(packages, "markdown-it"));

const extensions = { table: true, strikethrough: true, autolink: true, tagfilter: false, tasklist: true };
const it = markdownIt({ html: true, linkify: true, breaks: true });
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const rendered = texts.map((text) => ({
  "cmark-gfm": cmark.renderHtmlSync(text, { unsafe: true, footnotes: true, hardbreaks: true, extensions }),
  "markdown-it": it.render(text),
}));
process.stdout.write(JSON.stringify(rendered));
