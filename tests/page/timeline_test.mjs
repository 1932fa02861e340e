// node --test timeline_test.mjs, with FAULTLINE_CHECK, CHROMIUM and, to keep pictures, PICTURES: the page of a run in a browser.
import assert from 'node:assert';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {openBrowser} from './browser.mjs';

const check = process.env.FAULTLINE_CHECK;
const place = mkdtempSync(join(tmpdir(), 'faultline-timeline-'));
let browser = null;

before(async () => {
  browser = await openBrowser(process.env.CHROMIUM);
});
after(async () => {
  await browser.close();
  rmSync(place, {recursive: true, force: true});
});

function draw(operations) {
  const run = join(place, `${operations}`);
  const page = `${run}.html`;
  execFileSync('node', [fileURLToPath(new URL('make_run.mjs', import.meta.url)), run, `${operations}`]);
  try {
    execFileSync(check, [run, '--html', page, '--explain-budget', '2s'], {stdio: 'pipe'});
  } catch (error) {
    assert.equal(error.status, 1, `${error.stderr}`);  // violated
  }
  return page;
}

const state = 'window.faultline.store.state';
const view = `${state}.end - ${state}.begin`;

for (const operations of [10, 10_000, 100_000]) {
  test(`${operations} operations: renders, zooms, selects, follows a link`, async (t) => {
    const file = draw(operations);
    assert.ok(statSync(file).size < 8 * 2 ** 20, 'the page is under 8 MiB');
    const page = await browser.open(`file://${file}`);
    await page.until("performance.getEntriesByName('painted').length");
    const painted = await page.ask("performance.getEntriesByName('painted')[0].startTime");
    t.diagnostic(`${operations} operations: ${statSync(file).size} bytes, painted after ${painted.toFixed(0)} ms`);

    assert.equal(await page.ask('window.faultline.run.operations.count'), operations);
    assert.match(await page.ask("document.getElementById('headline').textContent"), /^On key k\d+, client \d's "read .*impossible/);
    const shades = await page.ask(`(() => {
      const canvas = document.getElementById('lanes');
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
      return seen.size;
    })()`);
    assert.ok(shades > 10, `something is drawn, in ${shades} colours`);

    await page.key('0');
    await page.until(`${view} === window.faultline.run.finish`);
    await page.key('w');
    await page.until(`${view} < window.faultline.run.finish * 0.7`);

    // The link to the failing operation, and the fragment that leads there.
    await page.ask("document.querySelector('#why .core a').click()");
    const chosen = await page.until(`${state}.selected !== null && ${state}.selected + 1`) - 1;
    assert.ok(await page.ask(`window.faultline.run.raw.contradictions[0].core.includes(${chosen})`));
    await page.until(`location.hash.includes('op=${chosen}')`);
    assert.match(await page.ask("document.getElementById('chosen').textContent"), /client \d/);

    await page.key('n');
    await page.until(`${state}.selected !== ${chosen}`);
    await page.key('[');
    await page.until("document.getElementById('stepper').textContent.includes('state before')");

    const frames = await page.ask(`new Promise((resolve) => {
      const {store, lanes} = window.faultline;
      store.fit();
      let left = 20;
      lanes.frames.length = 0;
      const turn = () => {
        store.zoom(left % 2 ? 0.9 : 1.1);
        if (--left > 0) requestAnimationFrame(turn);
        else resolve(lanes.frames.slice());
      };
      requestAnimationFrame(turn);
    })`);
    const typical = [...frames].sort((a, b) => a - b)[frames.length >> 1];
    t.diagnostic(`${operations} operations: a frame takes ${typical.toFixed(1)} ms`);
    if (process.env.PICTURES) writeFileSync(join(process.env.PICTURES, `report-timeline-${operations}.png`), await page.picture());
    assert.deepEqual(page.errors, [], 'no error, no dialog, nothing fetched');
    assert.equal(await page.ask("document.querySelectorAll('#page script, #page img').length"), 0, 'what a guest said is text');
    await page.close();
  });
}

test('a fragment leads to its place, and one that leads nowhere does no harm', async () => {
  const file = draw(10);
  const page = await browser.open(`file://${file}#t=100-900&op=3`);
  await page.until("performance.getEntriesByName('painted').length");
  assert.equal(await page.ask(`${state}.selected`), 3);
  assert.equal(await page.ask(`Math.round(${state}.begin)`), 100);
  const other = await browser.open(`file://${file}#t=9-1&op=99999&step=-4&v=7&q=%E0%A4%A`);
  await other.until("performance.getEntriesByName('painted').length");
  assert.deepEqual([...page.errors, ...other.errors], []);
});
