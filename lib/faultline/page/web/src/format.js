// Times and elements, for people.

export function timeText(us, timed = true) {
  if (!timed) return `event ${Math.round(us)}`;
  if (Math.abs(us) >= 1e6) return `${(us / 1e6).toFixed(3)} s`;
  if (Math.abs(us) >= 1e3) return `${(us / 1e3).toFixed(1)} ms`;
  return `${Math.round(us)} µs`;
}

// A place on the axis: all of one view with as many digits as its step needs.
export function tickText(us, step, timed = true) {
  if (!timed) return `${Math.round(us)}`;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / 1e6))));
  return `${(us / 1e6).toFixed(digits)} s`;
}

// A round step, so that some `count` of them fill `length`.
export function niceStep(length, count) {
  const rough = length / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough);
  return factor * power;
}

// An element of the page. What is not an element is text: nothing that a guest printed becomes markup.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'class') made.className = value;
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined) continue;
    made.append(child instanceof Node ? child : String(child));
  }
  return made;
}

export function replaceChildren(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}
