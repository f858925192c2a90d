import {element, post} from './server.js';
import {look, lookAway} from './strip.js';
import * as gateway from './gateway.js';
import {POSTS} from './posts.js';

const FEED_MS = 5000;
const ACTIONS = [['stop', 'Stop'], ['freeze', 'Freeze'], ['kill', 'Kill']];
const WHAT = {
  redis: 'Both Redis roles: tokens, limits, quotas and verdicts',
  'redis-state': 'Accounts, limits and quotas',
  'redis-cache': 'Verdicts',
  classifier: 'Judges posts',
  gateway: 'Where the extension calls',
};
const MODEL = [['sound', 'Sound'], ['slow', 'Slow'], ['refuse', 'Refuse (429)'], ['fail', 'Fail (500)'], ['nonsense', 'Nonsense']];

export function breakIt(session) {
  const find = id => document.getElementById(id);
  const rows = new Map();
  let timer = null;
  let turn = 0;

  async function act(part, action, button) {
    button.disabled = true;
    const done = await post('/api/parts', {part, action}).catch(() => ({ok: false, body: {error: 'the console does not answer'}}));
    button.disabled = false;
    if (!done.ok) say(`Could not ${action} ${part}: ${done.body.error ?? 'refused'}`);
  }

  for (const name of session.parts) {
    const tag = element('span', {className: 'tag', textContent: 'up'});
    const buttons = [...ACTIONS, ['mend', 'Mend']].map(([action, text]) => {
      const button = element('button', {type: 'button', className: action === 'mend' ? '' : 'danger', textContent: text, 'aria-label': `${text} ${name}`});
      button.dataset.action = action;
      button.addEventListener('click', () => act(name, action, button));
      return button;
    });
    const row = element('div', {className: 'panel part'}, element('span', {}, element('b', {textContent: name}), ' ', tag,
      element('br'), element('span', {className: 'muted', textContent: WHAT[name.replace(/-\d+$/, '')] ?? ''})), element('div', {}, ...buttons));
    row.dataset.part = name;
    rows.set(name, tag);
    find('parts').append(row);
  }

  find('mend-all').addEventListener('click', async () => {
    await Promise.all(session.parts.map(name => act(name, 'mend', find('mend-all'))));
    if (session.standIn) await post('/api/model', {behaviour: 'sound'});
  });

  const choices = new Map();
  if (session.standIn) {
    find('model').append(element('p', {textContent: 'Posts are judged by a stand-in model that this console serves. Make it:'}),
      element('div', {className: 'choices'}, ...MODEL.map(([behaviour, text]) => {
        const button = element('button', {type: 'button', className: 'quiet', textContent: text});
        button.addEventListener('click', () => post('/api/model', {behaviour}));
        choices.set(behaviour, button);
        return button;
      })));
  } else {
    find('model').append(element('p', {textContent: `Posts are judged by ${session.model}. Slow, refuse and nonsense do not apply to it: it cannot be broken from here. `}),
      element('p', {className: 'muted', textContent: 'Start with deploy/local/up --model-stub for a model that can be.'}));
  }

  function update({parts, model}) {
    for (const part of parts) {
      const tag = rows.get(part.name);
      const text = {ENDED: 'stopped', FROZEN: 'frozen', RUNNING: part.answers ? 'up' : 'not ready'}[part.condition];
      tag.className = `tag ${part.up ? '' : part.condition === 'RUNNING' ? 'warn' : 'bad'}`;
      tag.textContent = text;
    }
    choices.forEach((button, behaviour) => button.setAttribute('aria-pressed', String(behaviour === model)));
  }

  function say(text) {
    find('seen').textContent = text;
    const log = find('seen-log');
    log.prepend(element('li', {textContent: `${new Date().toLocaleTimeString('en-GB')} ${text}`}));
    while (log.children.length > 40) log.lastChild.remove();
  }

  // Three posts at a time: 36 a minute, which a free account has
  async function ask() {
    clearTimeout(timer);
    if (timer === undefined) return;
    if (find('watch-feed').checked) {
      const posts = [0, 1, 2].map(i => POSTS[(turn * 3 + i) % POSTS.length]);
      turn++;
      const answer = await gateway.classify('Block spam and crypto shilling', posts);
      if (timer === undefined) return;
      say(answer.ok ? told(answer) : gateway.explain(answer));
    }
    timer = setTimeout(ask, FEED_MS);
  }

  function told({body, ms}) {
    const count = (test, text) => { const n = body.classifications.filter(test).length; return n ? `${n} ${text}` : null; };
    const open = body.classifications.find(verdict => verdict.failedOpen);
    return [`${body.classifications.length} posts in ${ms} ms:`, [
      count(v => v.label === 'BLOCK', 'hidden'), count(v => v.label === 'ALLOW' && !v.failedOpen && !v.pending, 'shown'),
      count(v => v.pending, 'pending'), count(v => v.stale, 'from a stale verdict'), count(v => v.cached && !v.stale, 'from the cache'),
      open ? count(v => v.failedOpen, `shown unjudged (${gateway.reason(open.reason)})`) : null,
    ].filter(Boolean).join(', ')].join(' ');
  }

  return {
    enter() { timer = null; look(update); ask(); },
    leave() { clearTimeout(timer); timer = undefined; lookAway(update); },
  };
}
