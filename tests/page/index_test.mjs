// node --test index_test.mjs, with FAULTLINE, CHROMIUM and, to keep pictures, PICTURES: the page over many runs in a browser.
import assert from 'node:assert';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {openBrowser} from './browser.mjs';

const faultline = process.env.FAULTLINE;
const place = mkdtempSync(join(tmpdir(), 'faultline-index-'));
let browser = null;

before(async () => {
  browser = await openBrowser(process.env.CHROMIUM);
});
after(async () => {
  await browser.close();
  rmSync(place, {recursive: true, force: true});
});

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';

function writeRun(root, name, number, more = {}) {
  const directory = join(root, name, `run ${number}#1`);
  mkdirSync(directory, {recursive: true});
  const held = (more.status ?? 'held') === 'held';
  writeFileSync(join(directory, 'result.json'), JSON.stringify({
    test: name, status: 'held', seed: number, rerun: `ctest -R '^${name}$'`, seconds: 20, started: `2026-01-0${number}T00:00:00Z`, run: '', role: name.split('.')[2], gap: '',
    acknowledged: 100, facts: {}, failures: held ? [] : [HOSTILE], outages: [{begin_ns: 1e9, end_ns: (1 + number) * 1e9, ended: true}],
    verdicts: held ? [] : [{property: 'linearizable', judgement: 'violated', evidence: [HOSTILE]}], ...more}));
  writeFileSync(join(directory, 'promises.json'), JSON.stringify({model: 'map', raft: true, logs_show_values: true, processor_wait: 0, outage_limit_ns: 5e9, downtimes: []}));
  writeFileSync(join(directory, 'timeline.html'), '<title>the timeline</title>');
}

function makeRuns() {
  const root = join(place, 'runs');
  for (const number of [1, 2, 3]) writeRun(root, 'T040.S2.ChainFire.LeaderKilled', number);
  writeRun(root, 'T040.S2.FlareDB.LeaderKilled', 4, {status: 'failed'});
  writeRun(root, 'T040.S2.FlareDB.MemberReplaced', 5, {status: 'gap', gap: 'membership', facts: {gap: 'gap: membership: it cannot'}, acknowledged: 0, outages: []});
  writeRun(root, 'T040.S1.ChainFire.Forms', 6, {status: 'broken', outages: [], acknowledged: 0});
  mkdirSync(join(root, 'T040.S1.ChainFire.Forms', 'torn'), {recursive: true});
  writeFileSync(join(root, 'T040.S1.ChainFire.Forms', 'torn', 'result.json'), '{"test": "T0');
  mkdirSync(join(root, 'Sweep.ChainFire', '1', 'run-2'), {recursive: true});
  writeFileSync(join(root, 'Sweep.ChainFire', '1', 'sweep.json'), JSON.stringify({id: 'a', role: 'ChainFire', started: '2026', shard: '1/1', first_seed: 1, stride: 1,
    canary: 'lost-write found in try 1', held: 1, violated: 1, inconclusive: 0, seconds: 60, runs: [],
    violations: [{seed: 2, load: 'map', reason: HOSTILE, run: 'run-2', plan: '', plan_text: 'two faults', smallest_text: 'one fault', shrinking: 'the smallest', rerun: 'faultline sweep'}]}));
  return root;
}

test('the matrix, its cells, filters, keys and links', async () => {
  const root = makeRuns();
  const said = spawnSync(faultline, ['report', root], {encoding: 'utf8'});
  assert.equal(said.status, 0, said.stderr);
  assert.match(said.stderr, /torn: .*not a run report/);
  const page = await browser.open(`file://${root}/index.html`);
  await page.until("performance.getEntriesByName('painted').length");
  const texts = (selector) => page.ask(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`);
  assert.deepEqual(await texts('#matrix thead th'), ['scenario', 'ChainFire', 'FlareDB']);
  assert.match((await texts('[data-test="T040.S2.ChainFire.LeaderKilled"]'))[0], /✓3\/33\.00 s of 5\.0 s/);
  assert.match((await texts('[data-test="T040.S2.FlareDB.LeaderKilled"]'))[0], /✗0\/1failed/);
  assert.equal(await page.ask("document.querySelectorAll('[data-test=\"T040.S2.ChainFire.LeaderKilled\"] .trend circle').length"), 3);
  assert.match((await texts('#harness'))[0], /broken .*Forms.*not read .*torn/s);
  assert.match((await texts('#gaps'))[0], /membership/);
  assert.match((await texts('#sweeps'))[0], /canary: lost-write found.*the smallest.*one fault/s);

  // By keys alone: to what failed, into it, and from there to its timeline.
  await page.key('n');
  await page.until("document.activeElement.dataset.test === 'T040.S2.FlareDB.LeaderKilled'");
  await page.key('ArrowLeft');
  await page.until("document.activeElement.dataset.test === 'T040.S2.ChainFire.LeaderKilled'");
  await page.ask('document.activeElement.click()');
  await page.until("location.hash.includes('T040.S2.ChainFire.LeaderKilled')");
  assert.equal((await texts('#detail .run')).length, 3);
  assert.match((await texts('#detail .rerun code'))[0], /ctest -R/);
  await page.key('/');
  await page.until("document.activeElement.type === 'search'");
  await page.ask("document.activeElement.value = 'member'; document.activeElement.dispatchEvent(new Event('input')); document.activeElement.blur()");
  assert.equal((await texts('#matrix .cell')).length, 1);
  if (process.env.PICTURES) writeFileSync(join(process.env.PICTURES, 'report-index.png'), await page.picture());

  // The same place again from its address; then everything.
  const again = await browser.open(`file://${root}/index.html#status=failed&test=T040.S2.FlareDB.LeaderKilled`);
  await again.until("performance.getEntriesByName('painted').length");
  assert.equal(await again.ask("document.querySelectorAll('#matrix .cell').length"), 1);
  assert.match(await again.ask("document.getElementById('detail').textContent"), /violated: linearizable/);
  assert.equal(await again.ask("document.querySelectorAll('#page script, #page img').length"), 0, 'what a guest said is text');
  await again.ask("document.querySelector('#detail a.timeline').click()");
  await again.until("document.title === 'the timeline'");
  assert.deepEqual([...page.errors, ...again.errors], [], 'no error, no dialog, nothing fetched');
});

test('500 runs are shown at once', async (t) => {
  const root = join(place, 'many');
  for (let i = 0; i < 100; ++i) for (let j = 1; j <= 5; ++j) writeRun(root, `T040.S2.${['ChainFire', 'FlareDB'][i % 2]}.Scenario${i >> 1}`, j);
  execFileSync(faultline, ['report', root]);
  const page = await browser.open(`file://${root}/index.html`);
  await page.until("performance.getEntriesByName('painted').length");
  t.diagnostic(`500 runs: painted after ${(await page.ask("performance.getEntriesByName('painted')[0].startTime")).toFixed(0)} ms`);
  assert.equal(await page.ask("document.querySelectorAll('#matrix .cell').length"), 100);
  assert.deepEqual(page.errors, []);
});

test('without a run there is one line, and no page', () => {
  const root = join(place, 'empty');
  mkdirSync(root);
  const said = spawnSync(faultline, ['report', root], {encoding: 'utf8'});
  assert.equal(said.status, 2);
  assert.match(said.stderr, /^faultline: .*no run in it that can be read\n$/);
});
