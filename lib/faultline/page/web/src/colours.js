// Colours of Okabe and Ito, which people with any colour vision tell apart; shape says the same again. Read from the style sheet,
// which knows dark, light and paper.

const NAMES = ['ground', 'panel', 'ink', 'faint', 'line', 'ok', 'fail', 'unknown', 'core', 'select', 'fault', 'leader', 'follower', 'lost',
  'outage', 'bound', 'watch', 'match'];

let cached = null;

export function colours() {
  if (cached === null) {
    const style = getComputedStyle(document.documentElement);
    cached = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }
  return cached;
}

export function forgetColours() {
  cached = null;
}

export function whenColoursChange(listener) {
  const changed = () => {
    forgetColours();
    listener();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  matchMedia('print').addEventListener('change', changed);
}
