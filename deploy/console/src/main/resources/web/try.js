import {element, post as tell} from './server.js';
import * as gateway from './gateway.js';
import {POSTS, EXAMPLES} from './posts.js';

const BATCH = 10;
const TYPING_MS = 450;
const HURRY_MS = 300;
const TIER = 'clearview.tier';
const RETRIES_MS = [1000, 2000, 4000];

// One preference over the whole feed: what is asked, what is known, what waits
class Column {
  constructor(page, cards) {
    this.page = page;
    this.cards = cards; // post id -> card
    this.preference = '';
    this.round = 0;
    this.waiting = new Set();
    this.tries = 0;
    this.busy = false;
  }

  ask(preference) {
    this.preference = preference.trim();
    this.round++;
    this.tries = 0;
    this.waiting.clear();
    clearTimeout(this.later);
    this.paused = false;
    for (const card of this.cards.values()) card.blank(this.preference ? 'waiting until it is in view' : '');
    if (this.preference) {
      for (const post of this.page.visible()) this.want(post);
    }
  }

  want(post) {
    if (!this.preference || this.cards.get(post.id).round === this.round) return;
    this.waiting.add(post);
    this.send();
  }

  async send() {
    if (this.busy || this.paused || !this.waiting.size) return;
    this.busy = true;
    await null; // whatever comes into view in the same moment goes along
    const round = this.round;
    const batch = [...this.waiting].slice(0, BATCH);
    batch.forEach(post => { this.waiting.delete(post); this.cards.get(post.id).asking(); });
    const answer = await gateway.classify(this.preference, batch, this.page.hurry() ? HURRY_MS : 0);
    this.busy = false;
    if (round === this.round) {
      if (answer.ok) this.take(batch, answer);
      else await this.refused(batch, answer);
    }
    this.send();
  }

  take(batch, answer) {
    this.tries = 0;
    this.page.answered(answer);
    const again = [];
    batch.forEach((post, index) => {
      const verdict = answer.body.classifications?.[index] ?? {label: 'ALLOW'};
      const card = this.cards.get(post.id);
      card.show(verdict, this.preference, answer.ms);
      card.round = this.round;
      if (verdict.pending) again.push(post);
    });
    const limited = answer.body.classifications?.find(v => v.failedOpen && /QUOTA|BURST/.test(v.reason));
    if (limited) {
      this.page.notice(gateway.explain({status: 429, body: {error: limited.reason}}));
    }
    if (again.length) {
      const round = this.round;
      setTimeout(() => {
        if (round !== this.round) return;
        again.forEach(post => { this.cards.get(post.id).round = -1; this.want(post); });
      }, 1500);
    }
    this.page.sum();
  }

  async refused(batch, answer) {
    this.page.notice(gateway.explain(answer), answer.status === 0 || answer.status >= 500);
    const code = answer.body?.error;
    if (answer.status === 401 && code === 'INVALID_AUTH') {
      gateway.forget();
    }
    const wait = answer.body?.retryAfterMs ?? RETRIES_MS[this.tries++];
    if (wait === undefined || wait > 120_000) {
      batch.forEach(post => {
        const card = this.cards.get(post.id);
        card.unjudged(answer.status ? (code ?? answer.status) : 'no answer');
        card.round = this.round;
      });
      this.page.sum();
      return;
    }
    batch.forEach(post => { this.waiting.add(post); this.cards.get(post.id).blank('shown until the gateway answers'); });
    this.paused = true;
    const round = this.round;
    clearTimeout(this.later);
    this.later = setTimeout(() => { this.paused = false; this.send(); }, wait);
    if (round !== this.round) this.paused = false;
  }
}

// One post under one preference
class Card {
  constructor(post) {
    this.round = -1;
    this.text = element('p', {className: 'text', textContent: post.text});
    this.said = element('span', {});
    this.button = element('button', {type: 'button', className: 'quiet', hidden: true});
    this.button.addEventListener('click', () => this.cover(!this.element.classList.contains('hidden')));
    this.verdict = element('div', {className: 'verdict'}, this.said, this.button);
    const title = element('h2', {textContent: post.author});
    title.dataset.initial = post.author[0];
    this.element = element('div', {className: 'card'}, title, this.text, this.verdict);
    this.label = null;
  }

  blank(text) {
    this.round = -1;
    this.label = null;
    delete this.element.dataset.source;
    this.cover(false);
    this.button.hidden = true;
    this.element.classList.remove('open');
    this.said.textContent = text;
  }

  asking() {
    this.said.textContent = 'asking …';
  }

  show(verdict, preference, ms) {
    this.label = verdict.label;
    this.preference = preference;
    this.element.classList.toggle('open', Boolean(verdict.failedOpen || verdict.pending));
    this.from = source(verdict, ms);
    this.button.hidden = verdict.label !== 'BLOCK';
    this.element.dataset.source = kind(verdict);
    this.cover(verdict.label === 'BLOCK');
  }

  unjudged(code) {
    this.label = 'ALLOW';
    this.element.classList.add('open');
    this.element.dataset.source = 'unjudged';
    this.said.textContent = `shown unjudged: ${code}`;
  }

  cover(hide) {
    this.element.classList.toggle('hidden', hide);
    if (hide) this.text.setAttribute('aria-hidden', 'true');
    else this.text.removeAttribute('aria-hidden');
    if (this.label === null) return;
    this.button.textContent = hide ? 'show anyway' : 'hide again';
    const words = [...this.preference].length > 60 ? `${[...this.preference].slice(0, 60).join('')}…` : this.preference;
    this.said.replaceChildren(...(hide ? ['hidden: matches ', element('b', {textContent: words}), ' · '] : []), this.from);
  }
}

function kind(verdict) {
  if (verdict.pending) return 'pending';
  if (verdict.failedOpen) return 'open';
  if (verdict.stale) return 'stale';
  return verdict.cached ? 'cache' : 'model';
}

function source(verdict, ms) {
  switch (kind(verdict)) {
    case 'pending': return `pending: not judged within ${ms} ms, asked again in a moment`;
    case 'open': return `shown unjudged: ${gateway.reason(verdict.reason ?? 'unknown')}, ${ms} ms`;
    case 'stale': return `stale: judged earlier, the model is out, ${ms} ms`;
    case 'cache': return `from the cache, ${ms} ms`;
    default: return `judged by ${verdict.model ?? 'the model'}, ${ms} ms`;
  }
}

export function tryIt(session) {
  const find = id => document.getElementById(id);
  const [first, second, compare, feed] = ['preference', 'preference-2', 'compare', 'feed'].map(find);
  const posts = [];
  const shown = new Set();
  const page = {
    visible: () => posts.filter(post => shown.has(post.id)),
    hurry: () => find('hurry').checked,
    notice(text, bad = false) {
      find('notice').hidden = !text;
      find('notice').classList.toggle('bad', bad);
      if (find('notice').textContent !== text) find('notice').textContent = text;
    },
    answered(answer) {
      page.notice('');
      const quota = answer.body.quota;
      find('quota').textContent = quota ? `${quota.quotaRemaining.toLocaleString('en')} of ${quota.quotaLimit.toLocaleString('en')} posts left today` : 'nothing charged';
      page.ms = answer.ms;
    },
    sum() {
      const of = column => {
        const judged = [...column.cards.values()].filter(card => card.label !== null);
        const hidden = judged.filter(card => card.label === 'BLOCK').length;
        return `${hidden} of ${judged.length} hidden`;
      };
      find('summary').textContent = columns.filter(c => c.preference).map(of).join(' · ') + (page.ms === undefined ? '' : ` · last answer in ${page.ms} ms`);
    },
  };
  const columns = [new Column(page, new Map()), new Column(page, new Map())];

  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const post = posts.find(p => p.id === entry.target.dataset.post);
      if (entry.isIntersecting) {
        shown.add(post.id);
        columns.forEach(column => column.want(post));
      } else {
        shown.delete(post.id);
      }
    }
  }, {rootMargin: '200px'});

  function add(post, where) {
    const cards = columns.map(column => {
      const card = new Card(post);
      column.cards.set(post.id, card);
      return card;
    });
    cards[1].element.hidden = !compare.checked;
    const item = element('li', {className: 'post'}, ...cards.map(card => card.element));
    item.dataset.post = post.id;
    if (where === 'first') { posts.unshift(post); feed.prepend(item); }
    else { posts.push(post); feed.append(item); }
    observer.observe(item);
  }

  POSTS.forEach(post => add(post));

  let typing;
  function ask(now) {
    clearTimeout(typing);
    typing = setTimeout(() => {
      columns[0].ask(first.value);
      columns[1].ask(compare.checked ? second.value : '');
      if (!first.value.trim()) find('summary').textContent = 'Type a preference, or choose an example.';
      remember();
    }, now ? 0 : TYPING_MS);
  }

  function remember() {
    const link = new URLSearchParams();
    if (first.value.trim()) link.set('preference', first.value.trim());
    if (compare.checked) link.set('compare', second.value.trim());
    history.replaceState(null, '', `#try${link.size ? `?${link}` : ''}`);
  }

  function sides() {
    find('second-field').hidden = !compare.checked;
    feed.classList.toggle('compare', compare.checked);
    for (const card of columns[1].cards.values()) card.element.hidden = !compare.checked;
  }

  first.addEventListener('input', () => ask(false));
  second.addEventListener('input', () => ask(false));
  compare.addEventListener('change', () => { sides(); ask(true); });
  EXAMPLES.forEach(text => {
    const chip = element('button', {type: 'button', textContent: text});
    chip.addEventListener('click', () => {
      const box = compare.checked && first.value.trim() && !second.value.trim() ? second : first;
      box.value = text;
      ask(true);
    });
    find('examples').append(chip);
  });
  find('own-form').addEventListener('submit', event => {
    event.preventDefault();
    const text = find('own').value.trim();
    if (!text) return;
    add({id: `post_own_${Date.now().toString(36)}`, author: 'You', text}, 'first');
    find('own').value = '';
  });
  find('copy-link').addEventListener('click', async () => {
    remember();
    try {
      await navigator.clipboard.writeText(location.href);
      find('copy-link').textContent = 'Copied';
    } catch {
      find('copy-link').textContent = 'It is in the address bar';
    }
    setTimeout(() => { find('copy-link').textContent = 'Copy link'; }, 2000);
  });

  const tier = find('tier');
  async function account() {
    const {token, failure} = await gateway.token();
    if (!token) {
      page.notice(gateway.explain(failure), failure.status === 0);
      return;
    }
    await gateway.quota(); // the first authenticated request makes the account
    const done = await tell('/api/tier', {user: gateway.user(), tier: tier.value});
    if (done.ok) localStorage.setItem(TIER, `${gateway.user()} ${tier.value}`);
    else page.notice('The tier could not be set: the account stays as it is.');
  }
  tier.addEventListener('change', async () => { await account(); ask(true); });

  const given = new URLSearchParams(location.hash.split('?')[1] ?? '');
  first.value = given.get('preference') ?? '';
  if (given.has('compare')) { compare.checked = true; second.value = given.get('compare'); }
  sides();
  const [owner, kept] = (localStorage.getItem(TIER) ?? '').split(' ');
  if (kept) tier.value = kept;
  const ready = owner && owner === gateway.user() ? Promise.resolve() : account();
  if (first.value) ready.then(() => ask(true));

  return {enter() { if (first.value) remember(); }, leave() {}};
}
