// Lighthouse's mobile run of pages that a cookie opens: [{name, url, cookie}] in, the scores of each out.
// Performance is the best of so many runs, the others are of the last: a busy machine makes a page slower, never faster.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { pages, chrome, runs } = JSON.parse(await new Promise((done) => {
  let text = "";
  process.stdin.on("data", (piece) => { text += piece; }).on("end", () => done(text));
}));
const browser = await launch({
  chromePath: chrome,
  chromeFlags: [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});
const told = [];
try {
  for (const { name, url, cookie } of pages) {
    const all = [];
    let faults = 0;
    while (all.length < runs && Math.max(0, ...all) < 1) {
      const { lhr } = await lighthouse(url, {
        port: browser.port, output: "json", logLevel: "error", onlyCategories: ["performance", "accessibility", "best-practices"],
        ...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
      });
      // The tool loses a trace now and then (NO_NAVSTART), which says nothing about the page.
      if (lhr.runtimeError && ++faults < 3) continue;
      if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
      all.push(lhr.categories.performance.score);
      const value = (audit) => lhr.audits[audit].numericValue;
      told[pages.findIndex((page) => page.name === name)] = {
        name, performance: all, accessibility: lhr.categories.accessibility.score, practices: lhr.categories["best-practices"].score,
        cls: value("cumulative-layout-shift"), tbt_ms: value("total-blocking-time"), lcp_ms: value("largest-contentful-paint"),
        failed: Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 1 && audit.scoreDisplayMode === "binary").map((audit) => audit.id),
      };
    }
    process.stderr.write(`${name}: ${all.join(", ")}\n`);
  }
} finally {
  browser.kill();
}
process.stdout.write(JSON.stringify(told));
