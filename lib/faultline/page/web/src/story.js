import {clientOf, describe, OK, outcomeText} from './data.js';
import {timeText} from './format.js';

// The verdict in words. Every sentence is made from what was recorded.

// Of a contradiction the operation that shows what should not be: the observation that ended last.
export function witnessOf(run, contradiction) {
  const {operations} = run;
  const shows = (i) => ['read', 'dequeue'].includes(run.text(operations.function[i])) || operations.outcome[i] === 1;
  const sorted = [...contradiction.core].sort((a, b) => shows(b) - shows(a) || operations.end[b] - operations.end[a]);
  return sorted[0] ?? contradiction.blocked;
}

// What it cannot come after and yet has to.
export function opponentOf(run, contradiction, witness) {
  const {operations} = run;
  const before = contradiction.core.filter((i) => i !== witness && operations.end[i] < operations.invoked[witness]);
  before.sort((a, b) => operations.end[b] - operations.end[a]);
  const others = before.filter((i) => operations.input[i] !== operations.output[witness]);
  return others[0] ?? before[0] ?? null;
}

export function operationSentence(run, i) {
  const at = timeText(run.operations.invoked[i], run.timed);
  return `${clientOf(run, i)}: ${describe(run, i)} (${outcomeText(run, i)}, invoked at ${at})`;
}

export function faultsAt(run, time) {
  return run.faults.filter((fault) => fault.asked <= time && (fault.back ?? fault.healed ?? run.finish) >= time);
}

export function contradictionSentence(run, contradiction) {
  const witness = witnessOf(run, contradiction);
  if (witness === null || witness === undefined) return `Key ${contradiction.key} has no order that explains its answers.`;
  const opponent = opponentOf(run, contradiction, witness);
  const {operations} = run;
  const when = timeText(operations.invoked[witness], run.timed);
  let sentence = `On key ${contradiction.key}, ${clientOf(run, witness)}'s "${describe(run, witness)}" at ${when} is impossible`;
  if (opponent !== null) {
    sentence += operations.outcome[opponent] === OK
      ? `: "${describe(run, opponent)}" of ${clientOf(run, opponent)} was acknowledged ` +
        `${timeText(operations.invoked[witness] - operations.end[opponent], run.timed)} before it began`
      : ` beside "${describe(run, opponent)}" of ${clientOf(run, opponent)}`;
  }
  const faults = faultsAt(run, operations.invoked[witness]);
  const during = faults.map((fault) => `${fault.name} ${fault.target}`).join(' and ');
  return `${sentence}${during ? ` (during ${during})` : ''}.`;
}

const WORDS = {
  held: 'Every promise that was asked about held.',
  failed: 'A promise was broken.',
  broken: 'The harness itself failed: nothing is said about the service.',
  inconclusive: 'Nothing was proven either way, which is not green.',
  unfinished: 'The test was killed before its end.',
};

// The first fault and what followed, for who was not there.
function whatHappened(run) {
  const [fault] = run.faults;
  const sentences = [];
  if (fault) {
    const more = run.faults.length > 1 ? `, the first of ${run.faults.length} faults` : '';
    sentences.push(`${fault.name} ${fault.target} at ${timeText(fault.asked)}${more}.`);
  }
  const worst = [...run.raw.outages].sort((a, b) => (b.end - b.begin) - (a.end - a.begin))[0];
  if (worst && worst.ended) {
    const bound = run.raw.bound === null ? '' : ` of the ${(run.raw.bound / 1e6).toFixed(1)} s allowed`;
    sentences.push(`The longest outage lasted ${((worst.end - worst.begin) / 1e6).toFixed(2)} s${bound}.`);
  }
  const leads = run.nodes.flatMap((node) => node.spans.filter((span) => span.leads).map((span) => ({...span, name: node.name})));
  const later = fault ? leads.filter((span) => span.begin > fault.asked).sort((a, b) => a.begin - b.begin)[0] : undefined;
  const earlier = later ? leads.filter((span) => span.begin < fault.asked).pop() : undefined;
  if (later && earlier && later.term > earlier.term)
    sentences.push(`${later.name} was seen leading in term ${later.term} from ${timeText(later.begin)} on.`);
  if (fault && fault.back !== null) sentences.push(`What it hit answered again at ${timeText(fault.back)}.`);
  return sentences;
}

export function statusOf(run) {
  const {report, verdicts} = run.raw;
  if (report) return report.status === 'gap' && report.gap ? `gap: ${report.gap}` : report.status;
  if (verdicts.some((verdict) => verdict.judgement === 'violated')) return 'violated';
  if (verdicts.length === 0 || verdicts.some((verdict) => verdict.judgement === 'unknown')) return 'unknown';
  return 'holds';
}

export function headline(run) {
  const violated = run.raw.verdicts.filter((verdict) => verdict.judgement === 'violated');
  const [first] = run.raw.contradictions;
  if (first) return contradictionSentence(run, first);
  if (violated.length > 0) {
    const evidence = violated[0].evidence[0] ?? '';
    return `Violated: ${violated[0].property}${evidence ? ` — ${evidence}` : ''}`;
  }
  const {report} = run.raw;
  if (report && report.status === 'gap') return report.facts.gap ?? `The service lacks ${report.gap}.`;
  if (report && report.failures.length > 0) return report.failures[0].split('\n').filter((line) => line !== 'Failed')[0] ?? '';
  if (report) return [WORDS[report.status] ?? report.status, ...whatHappened(run)].join(' ');
  return run.raw.verdicts[0]?.evidence[0] ?? 'Nothing was judged.';
}
