// The rows of the lanes' canvas, from top to bottom.

const AXIS = 22;
const GAP = 8;

function packFaults(faults, finish) {
  const ends = [];
  return faults.map((fault) => {
    let row = ends.findIndex((end) => end <= fault.asked);
    if (row < 0) row = ends.length;
    ends[row] = fault.back ?? fault.healed ?? finish;
    return row;
  });
}

export function makeRows(run) {
  const rows = [];
  let y = AXIS + 4;
  const add = (kind, height, more) => {
    rows.push({kind, y, height, ...more});
    y += height;
  };
  const faultRow = packFaults(run.faults, run.finish);
  const faultRows = Math.max(-1, ...faultRow) + 1;
  for (let i = 0; i < faultRows; ++i)
    add('fault', 20, {label: i === 0 ? 'faults' : '', faults: run.faults.filter((_, at) => faultRow[at] === i)});
  if (run.raw.probes.length > 0 || run.raw.outages.length > 0) {
    y += GAP;
    add('probes', 30, {label: 'service'});
  }
  if (run.nodes.some((node) => node.spans.length > 0)) {
    y += GAP;
    for (const node of run.nodes) add('node', 22, {label: node.name, node});
  }
  if (run.watches.length > 0) {
    y += GAP;
    for (const watch of run.watches)
      add('watch', 14, {label: `watch ${watch}`, records: run.raw.watches.filter((row) => row[1] === watch)});
  }
  y += GAP;
  const height = run.lanes.length > 60 ? 9 : run.lanes.length > 16 ? 14 : 22;
  run.lanes.forEach((lane, i) => add('client', height, {label: `client ${i}`, lane: i, operations: lane.operations}));
  return {rows, height: y + 6, axis: AXIS};
}

export function rowAt(rows, y) {
  return rows.find((row) => y >= row.y && y < row.y + row.height) ?? null;
}

// The first of the sorted operations that may be seen from `time` on.
export function firstFrom(run, list, time) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.operations.invoked[list[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
