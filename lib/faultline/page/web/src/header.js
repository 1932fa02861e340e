import {copyButton} from './copy.js';
import {element} from './format.js';
import {headline, statusOf} from './story.js';

// Above all else: what was found, in one sentence; how to repeat it; what was asked.

const GOOD = ['held', 'holds'];

function chip(status) {
  const kind = GOOD.includes(status) ? 'good' : ['failed', 'violated', 'broken'].includes(status) ? 'bad' : 'open';
  const mark = {good: '✓', bad: '✗', open: '?'}[kind];
  return element('span', {class: `chip ${kind}`, id: 'status'}, `${mark} ${status}`);
}

function longest(run) {
  const ended = run.raw.outages.map((outage) => (outage.ended ? outage.end - outage.begin : Infinity));
  if (run.raw.probes.length === 0) return null;
  if (ended.length === 0) return 'none';
  const most = Math.max(...ended);
  return most === Infinity ? 'not over' : `${(most / 1e6).toFixed(2)} s`;
}

function numbers(run) {
  const {operations} = run;
  const counts = [0, 0, 0];
  for (let i = 0; i < operations.count; ++i) ++counts[operations.outcome[i]];
  const bound = run.raw.bound === null ? '' : ` (bound ${(run.raw.bound / 1e6).toFixed(1)} s)`;
  const outage = longest(run);
  return [
    [`${operations.count.toLocaleString('en')}`, 'operations'],
    [`${counts[0].toLocaleString('en')}`, 'acknowledged'],
    [`${counts[1].toLocaleString('en')}`, 'failed'],
    [`${counts[2].toLocaleString('en')}`, 'unknown'],
    run.faults.length ? [run.faults.length, run.faults.length === 1 ? 'fault' : 'faults'] : null,
    outage === null ? null : [outage, `longest outage${bound}`],
  ].filter((pair) => pair !== null).map(([number, word]) => element('span', {class: 'number'}, element('b', {}, number), ` ${word}`));
}

function verdictRow(run, verdict) {
  const mark = {holds: '✓', violated: '✗', unknown: '?'}[verdict.judgement];
  const evidence = verdict.evidence.length === 0 ? null
    : element('ul', {}, verdict.evidence.slice(0, 40).map((line) => element('li', {}, line)));
  // What stands beside the lanes in full need not stand here, too.
  const explained = run.raw.contradictions.length > 0 && verdict.property.startsWith('linearizable');
  return element('details', {class: `verdict ${verdict.judgement}`, open: verdict.judgement !== 'holds' && !explained},
    element('summary', {}, element('span', {class: 'mark'}, mark), verdict.property), evidence);
}

function factsTable(run) {
  const {report, metadata} = run.raw;
  const facts = {...metadata, ...(report?.facts ?? {})};
  if (report) Object.assign(facts, {seed: report.seed, started: report.started, seconds: report.seconds.toFixed(1)});
  delete facts.began;
  return element('table', {class: 'facts'}, Object.entries(facts).map(([name, value]) =>
    element('tr', {}, element('th', {scope: 'row'}, name), element('td', {}, String(value)))));
}

export function makeHeader(run) {
  const {report, verdicts, problems, notes} = run.raw;
  const held = verdicts.filter((verdict) => verdict.judgement === 'holds').length;
  const status = statusOf(run);
  return element('header', {},
    element('div', {class: 'titles'}, chip(status), element('h1', {}, run.raw.title)),
    element('p', {class: 'headline', id: 'headline'}, headline(run)),
    problems.length === 0 ? null
      : element('div', {class: 'problems', id: 'problems', role: 'note'}, element('b', {}, 'Not everything could be read: '),
        element('ul', {}, problems.map((line) => element('li', {}, line)))),
    element('div', {class: 'numbers'}, numbers(run)),
    report && report.rerun
      ? element('div', {class: 'rerun'}, element('span', {}, 'run it again'), element('code', {id: 'rerun'}, report.rerun), copyButton(report.rerun))
      : null,
    element('details', {class: 'verdicts', open: held < verdicts.length},
      element('summary', {}, `${held} of ${verdicts.length} checks hold`), verdicts.map((verdict) => verdictRow(run, verdict))),
    element('details', {class: 'about'}, element('summary', {}, 'versions and settings'), factsTable(run),
      notes.map((note) => element('p', {}, note))));
}
