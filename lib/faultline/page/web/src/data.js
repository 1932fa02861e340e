// The run as the page's C++ wrote it (operation_columns.h, timeline.cc), decoded once. Times are microseconds since the history
// began; of a history without times they count events.

export const OK = 0;
export const FAIL = 1;
export const UNKNOWN = 2;
export const OUTCOMES = ['ok', 'fail', 'unknown'];

function decodeOperations(columns) {
  const count = columns.process.length;
  const invoked = new Float64Array(count);
  const end = new Float64Array(count);
  const outcome = new Uint8Array(count);
  let time = 0;
  for (let i = 0; i < count; ++i) {
    time += columns.invoked[i];
    invoked[i] = time;
    end[i] = columns.length[i] < 0 ? Infinity : time + columns.length[i];
    const letter = columns.outcome[i];
    outcome[i] = letter === 'o' ? OK : letter === 'f' ? FAIL : UNKNOWN;
  }
  return {
    count, invoked, end, outcome,
    process: Int32Array.from(columns.process),
    function: Int32Array.from(columns.function),
    key: Int32Array.from(columns.key),
    input: Int32Array.from(columns.input),
    output: Int32Array.from(columns.output),
    texts: columns.texts,
  };
}

// A client whose operation stayed unknown goes on as a new process: that process takes its lane.
function lanesOf(operations) {
  const lanes = [];
  const laneOfProcess = new Map();
  const laneOf = new Int32Array(operations.count);
  const free = [];
  for (let i = 0; i < operations.count; ++i) {
    const process = operations.process[i];
    let lane = laneOfProcess.get(process);
    if (lane === undefined) {
      const given = free.shift();
      lane = given === undefined ? lanes.length : given;
      if (given === undefined) lanes.push({processes: [], list: []});
      laneOfProcess.set(process, lane);
      lanes[lane].processes.push(process);
    }
    laneOf[i] = lane;
    lanes[lane].list.push(i);
    if (operations.outcome[i] === UNKNOWN) free.push(lane);
  }
  return {laneOf, lanes: lanes.map((lane) => ({processes: lane.processes, operations: Int32Array.from(lane.list)}))};
}

function endOfRun(raw, operations) {
  let last = 1;
  for (let i = 0; i < operations.count; ++i) {
    const end = operations.end[i] === Infinity ? operations.invoked[i] : operations.end[i];
    if (end > last) last = end;
  }
  for (const fault of raw.faults) last = Math.max(last, fault.asked, fault.healed ?? 0, fault.back ?? 0);
  for (const row of raw.trace) last = Math.max(last, row[0]);
  for (const probe of raw.probes) last = Math.max(last, probe[0], probe[1]);
  return last;
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : 0;
};

// What a node said of itself, joined while it stayed the same. It said nothing for long: a hole.
function spansOf(rows, node) {
  const own = rows.filter((row) => row[1] === node);
  const usual = median(own.slice(1).map((row, i) => row[0] - own[i][0]));
  const spans = [];
  own.forEach((row, i) => {
    const next = own[i + 1];
    const limit = row[0] + Math.max(usual * 4, 1);
    const end = next === undefined || next[0] > limit ? row[0] + usual : next[0];
    const last = spans[spans.length - 1];
    const same = last && last.end === row[0] && last.leader === row[2] && last.term === row[3] && last.incarnation === row[6];
    if (same) last.end = end;
    else spans.push({begin: row[0], end, leader: row[2], term: row[3], incarnation: row[6], leads: row[2] === node});
  });
  return spans;
}

export function decode(raw) {
  const operations = decodeOperations(raw.operations);
  const {lanes, laneOf} = lanesOf(operations);
  const watches = [...new Set(raw.watches.map((row) => row[1]))].sort((a, b) => a - b);
  return {
    raw, operations, lanes, laneOf, watches,
    finish: endOfRun(raw, operations),
    timed: raw.timed,
    nodes: raw.nodes.map((name, i) => ({name, spans: spansOf(raw.trace, i)})),
    faults: raw.faults,
    text: (index) => operations.texts[index],
  };
}

// "wrote k1 = c0-3", without who and when.
export function describe(run, i) {
  const {operations} = run;
  const name = run.text(operations.function[i]);
  const key = run.text(operations.key[i]);
  const input = run.text(operations.input[i]);
  const output = run.text(operations.output[i]);
  const what = [name, key, input].filter((part) => part !== '').join(' ');
  if (operations.outcome[i] === OK) return output === '' ? what : `${what} → ${output}`;
  return what;
}

export function clientOf(run, i) {
  return `client ${run.laneOf[i]}`;
}

export function outcomeText(run, i) {
  const {operations} = run;
  const error = run.text(operations.output[i]);
  if (operations.outcome[i] === OK) return 'acknowledged';
  const why = error === '' ? '' : `: ${error}`;
  return operations.outcome[i] === FAIL ? `failed${why}` : `outcome unknown${why}`;
}
