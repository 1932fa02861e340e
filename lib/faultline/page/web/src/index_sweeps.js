import {linkTo, seconds} from './index_data.js';
import {mark} from './index_matrix.js';
import {rerunLine} from './index_detail.js';
import {element} from './format.js';

// Sweeps: whether their canary was found, how many runs held, and of each violation the plan and what was left of it.

function finding(raw, found) {
  return element('article', {class: 'run bad'},
    element('div', {class: 'line'}, mark('failed'), element('b', {class: 'word bad'}, found.reason), element('span', {}, `seed ${found.seed}`), element('span', {}, `load ${found.load}`),
      found.timeline === null ? null : element('a', {href: linkTo(raw, found.timeline)}, 'timeline')),
    found.smallest === '' ? null : element('div', {}, element('h3', {}, found.shrinking), element('pre', {}, found.smallest)),
    found.plan === '' ? null : element('details', {open: found.smallest === ''}, element('summary', {}, 'the plan as it was drawn'), element('pre', {}, found.plan)),
    rerunLine(found.rerun), element('small', {class: 'where'}, found.directory));
}

function runRow(raw, run) {
  return element('tr', {}, element('td', {}, mark(run.judgement), run.judgement), element('td', {}, run.seed), element('td', {}, run.load),
    element('td', {}, run.faults.join(', ')), element('td', {}, seconds(run.outage)), element('td', {}, `${run.seconds.toFixed(0)} s`),
    element('td', {}, run.timeline === null ? run.reason : element('a', {href: linkTo(raw, run.timeline)}, run.reason === '' ? 'timeline' : run.reason)));
}

function canary(sweep) {
  if (sweep.canary === '') return element('span', {class: 'word open'}, '? no canary');
  return element('span', {class: `word ${sweep.canary_missed ? 'bad' : 'good'}`},
    `${sweep.canary_missed ? '✗' : '✓'} canary: ${sweep.canary}${sweep.canary_missed ? '; this sweep’s green is not to be believed' : ''}`);
}

function sweepCard(raw, sweep) {
  const shard = sweep.shard === '1/1' ? '' : `, shard ${sweep.shard}`;
  const worst = sweep.violated > 0 ? 'failed' : sweep.inconclusive > 0 || sweep.held === 0 || sweep.canary_missed ? 'inconclusive' : 'held';
  return element('section', {class: 'sweep'},
    element('div', {class: 'line'}, mark(worst), element('b', {}, `${sweep.component}`), element('span', {}, `${sweep.started}, from seed ${sweep.first_seed}${shard}`),
      element('span', {}, `${sweep.held} held, ${sweep.violated} violated, ${sweep.inconclusive} inconclusive in ${(sweep.seconds / 60).toFixed(1)} minutes`), canary(sweep)),
    sweep.findings.map((found) => finding(raw, found)),
    sweep.runs.length === 0 ? null : element('details', {}, element('summary', {}, `${sweep.runs.length} runs`),
      element('div', {class: 'scroll'}, element('table', {class: 'list'},
        element('thead', {}, element('tr', {}, ['verdict', 'seed', 'load', 'faults', 'outage', 'time', ''].map((name) => element('th', {scope: 'col'}, name)))),
        element('tbody', {}, sweep.runs.map((run) => runRow(raw, run)))))),
    element('small', {class: 'where'}, sweep.directory));
}

export function makeSweeps(data) {
  if (data.raw.sweeps.length === 0) return null;
  return element('section', {id: 'sweeps'}, element('h2', {}, 'Sweeps: random faults beside random load'), [...data.raw.sweeps].reverse().map((sweep) => sweepCard(data.raw, sweep)));
}
