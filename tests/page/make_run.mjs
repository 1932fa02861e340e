// node make_run.mjs DIRECTORY OPERATIONS: a run directory as a test leaves it, of a made-up run with one stale read in its middle,
// a fault, and a guest that prints HTML, terminal escapes and invalid UTF-8. For the tests and the figures of the page alone.
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [, , directory, count] = process.argv;
const total = Number(count);
mkdirSync(directory, {recursive: true});
const step = 400_000;  // nanoseconds between two invocations
const clients = 5;
const last = total * step;
const began = 1_795_839_120_000_000_000n;
const events = [];
const values = new Map();
const stale = Math.floor(total / 2);

let process_ = Array.from({length: clients}, (_, i) => i);
let nextProcess = clients;
for (let i = 0; i < total; ++i) {
  const client = i % clients;
  const time = (i + 1) * step;
  const end = time + step * 0.8;
  const key = total <= 20 ? 'k0' : `k${i % 40}`;
  const outcome = i === stale ? 'ok' : i % 97 === 13 ? 'unknown' : i % 31 === 7 ? 'fail' : 'ok';
  const write = i !== stale && (total <= 20 ? i < stale : i % 2 === Math.floor(i / 40) % 2);
  const invoke = {type: 'invoke', id: i, process: process_[client], op: write ? 'write' : 'read', key, time};
  if (write) invoke.value = `c${client}-${i}`;
  events.push([time, invoke]);
  const done = {type: outcome, id: i, process: process_[client], time: end};
  if (!write && outcome === 'ok') {
    const seen = values.get(key);
    if (i === stale && seen) done.value = seen.before ?? 'never-written<script>alert(1)</script>';
    else if (seen?.now !== undefined) done.value = seen.now;
  }
  if (write && outcome === 'ok') values.set(key, {now: `c${client}-${i}`, before: values.get(key)?.now});
  if (outcome !== 'ok') done.error = outcome === 'fail' ? '<b>refused</b>' : 'timed out';
  if (outcome === 'unknown') process_[client] = nextProcess++;
  if (write && outcome === 'unknown') done.error = 'timed out';
  events.push([end, done]);
}
const fault = [['fault_begin', 0.40], ['fault_effect', 0.41], ['fault_end', 0.60], ['fault_recovered', 0.66]];
for (const [type, share] of fault) {
  const time = Math.floor(last * share);
  events.push([time, type === 'fault_begin' ? {type, id: 0, name: 'isolate', target: 'node2', time} : {type, id: 0, time}]);
}
events.sort((a, b) => a[0] - b[0]);
const lines = [{type: 'meta', version: 1, metadata: {store: 'made up', began: String(began)}}, ...events.map((event) => event[1])];
writeFileSync(join(directory, 'history.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n') + '\n');
writeFileSync(join(directory, 'promises.json'), JSON.stringify({model: 'map', raft: false, logs_show_values: true, processor_wait: 0}));

const trace = [];
for (let at = 0; at <= 40; ++at) {
  const time = Math.floor((last * at) / 40);
  const cut = at >= 16 && at <= 24;
  for (const node of ['node1', 'node2', 'node3']) {
    const leader = cut ? (node === 'node2' ? '' : 'node1') : at < 16 ? 'node2' : 'node1';
    trace.push({time, node, leader, term: at < 16 ? 3 : 4, commit: at, applied: at, incarnation: 0});
  }
}
writeFileSync(join(directory, 'trace.jsonl'), trace.map((line) => JSON.stringify(line)).join('\n') + '\n');
const probes = Array.from({length: 100}, (_, i) => {
  const due = Math.floor((last * i) / 100);
  return {due, answered: due + 1000, ok: i < 40 || i > 44};
});
writeFileSync(join(directory, 'probes.jsonl'), probes.map((line) => JSON.stringify(line)).join('\n') + '\n');

const stamp = (ns) => {
  const date = new Date(Number((began + BigInt(Math.floor(ns))) / 1_000_000n));
  const month = date.toLocaleString('en', {month: 'short', timeZone: 'UTC'});
  return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 23)}000`;
};
const journal = Array.from({length: 300}, (_, i) => `${stamp((last * i) / 300)} node1 etcd[12]: line ${i} <img src=x onerror=alert(2)>`);
const bytes = [Buffer.from(journal.join('\n') + '\n'), Buffer.from([0xff, 0xfe, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x0a])];
writeFileSync(join(directory, 'node1-journal.log'), Buffer.concat(bytes));
