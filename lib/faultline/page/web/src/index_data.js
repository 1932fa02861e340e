// What the page over many runs knows, in the order in which it is shown. Nothing here is drawn.

// Words beside colours and shapes: each says it alone.
export const STATUSES = {
  held: {mark: '✓', kind: 'good', word: 'held'},
  failed: {mark: '✗', kind: 'bad', word: 'failed'},
  inconclusive: {mark: '?', kind: 'open', word: 'inconclusive'},
  gap: {mark: '○', kind: 'gap', word: 'gap'},
  broken: {mark: '!', kind: 'harness', word: 'broken'},
  unfinished: {mark: '…', kind: 'harness', word: 'unfinished'},
};
const UNKNOWN = {mark: '!', kind: 'harness', word: 'unreadable status'};

export const statusOf = (status) => STATUSES[status] ?? UNKNOWN;

// The harness's own failures say nothing of a service.
export const isHarness = (run) => statusOf(run.status).kind === 'harness';

function nameOf(test) {
  const parts = test.split('.');
  const t040 = parts[0] === 'T040' && parts.length > 3;
  return {step: t040 ? parts[1] : parts[0], name: parts[parts.length - 1]};
}

// Of several runs of one scenario in one component: what counts is the worst that a service did; the harness's errors are
// counted apart.
function cellOf(runs) {
  const judged = runs.filter((run) => !isHarness(run));
  const count = (status) => judged.filter((run) => run.status === status).length;
  const worst = ['failed', 'inconclusive', 'gap', 'held'].find((status) => count(status) > 0);
  const outages = judged.filter((run) => run.outage !== null);
  const most = outages.length === 0 ? null : outages.reduce((a, b) => (b.counted > a.counted ? b : a));
  return {runs, judged, status: worst ?? runs[runs.length - 1].status, held: count('held'), broken: runs.length - judged.length,
    outages, most, last: runs[runs.length - 1]};
}

const group = (items, key) => {
  const groups = new Map();
  for (const item of items) {
    const at = key(item);
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(item);
  }
  return groups;
};

export function decode(raw) {
  const runs = raw.runs.map((run, number) => ({...run, number, ...nameOf(run.test)}));
  const tests = [...group(runs, (run) => `${run.test} ${run.component}`).values()].map((own) => ({
    test: own[0].test, component: own[0].component, step: own[0].step, name: own[0].name, ...cellOf(own)}));
  const known = [...new Set([...raw.asked, ...tests.map((test) => test.component)])];
  const components = known.filter((name) => tests.some((test) => test.component === name));
  const rows = [...group(tests, (test) => `${test.step} ${test.name}`).values()]
    .map((own) => ({step: own[0].step, name: own[0].name, cells: own}))
    .sort((a, b) => (a.step === b.step ? a.name.localeCompare(b.name) : a.step.localeCompare(b.step)));
  return {raw, runs, tests, rows, components, missing: raw.asked.filter((name) => !covers(name, tests))};
}

// Watches have no role of their own: their scenarios carry the name.
const covers = (component, tests) => tests.some((test) => test.component === component || (component === 'Watch' && test.test.includes('Watch')));

export function matches(test, filter) {
  if (filter.component !== '' && test.component !== filter.component && !(filter.component === 'Watch' && test.test.includes('Watch'))) return false;
  if (filter.status !== '' && !test.runs.some((run) => (filter.status === 'harness' ? isHarness(run) : run.status === filter.status))) return false;
  const text = `${test.test} ${test.component} ${test.runs.map((run) => run.gap).join(' ')}`.toLowerCase();
  return filter.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export const seconds = (value) => (value === null ? '-' : value < 0.005 ? 'none' : `${value.toFixed(value < 100 ? 2 : 0)} s`);

// Where a link leads: names may hold anything.
export const linkTo = (raw, path) => [raw.base, path].filter((part) => part !== '' && part !== '.').join('/').split('/').map(encodeURIComponent).join('/');
