import {element, get} from './server.js';

// Keeps every strip on the page as it is, asked for once a second while somebody looks
let listeners = new Set();
let timer = null;
let newest = null;

async function tick() {
  try {
    newest = await get('/api/state');
    draw(newest.strip);
  } catch {
    draw([{id: 'console', label: 'Console', level: 'bad', text: 'does not answer', runbook: 'start-and-stop'}]);
  }
  listeners.forEach(listener => newest && listener(newest));
  timer = listeners.size && !document.hidden ? setTimeout(tick, 1000) : null;
}

function draw(states) {
  for (const strip of document.querySelectorAll('[data-strip]')) {
    if (strip.closest('[hidden]')) continue;
    for (const state of states) {
      let item = strip.querySelector(`[data-state="${state.id}"]`);
      if (!item) {
        item = element('li', {}, element('a', {href: `/runbook#${state.runbook}`}, element('b', {textContent: state.label}), element('span', {})));
        item.dataset.state = state.id;
        strip.append(item);
      }
      item.className = state.level;
      const text = item.querySelector('span');
      const said = `${{good: '●', warn: '▲', bad: '■', off: '○'}[state.level]} ${state.text}`;
      if (text.textContent !== said) text.textContent = said;
    }
  }
}

export function look(listener) {
  listeners.add(listener);
  if (!timer) tick();
}

export function lookAway(listener) {
  listeners.delete(listener);
}

document.addEventListener('visibilitychange', () => { if (!document.hidden && !timer && listeners.size) tick(); });
