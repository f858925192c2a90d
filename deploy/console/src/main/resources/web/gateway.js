// Speaks to the gateway as the browser extension does: one token for ever, batches of ten.
const TOKEN = 'clearview.token';
const USER = 'clearview.user';
const TIMEOUT_MS = 10_000;

let base = '';

export function connect(port) {
  base = `http://${location.hostname}:${port}`;
}

export function user() {
  return localStorage.getItem(USER);
}

async function call(path, options) {
  const began = performance.now();
  try {
    const response = await fetch(base + path, {...options, signal: AbortSignal.timeout(TIMEOUT_MS)});
    const body = await response.json().catch(() => null);
    return {ok: response.ok, status: response.status, body, ms: Math.round(performance.now() - began)};
  } catch (error) {
    const late = error.name === 'TimeoutError';
    return {ok: false, status: 0, body: {error: late ? 'TIMEOUT' : 'UNREACHABLE'}, ms: Math.round(performance.now() - began)};
  }
}

let asking = null;

// The token, asked for once; null and a failure when there is none to be had
export async function token() {
  const kept = localStorage.getItem(TOKEN);
  if (kept) return {token: kept};
  asking ??= call('/auth', {method: 'POST', headers: {'Content-Type': 'application/json'}});
  const answer = await asking;
  asking = null;
  if (!answer.ok) return {token: null, failure: answer};
  localStorage.setItem(TOKEN, answer.body.token);
  localStorage.setItem(USER, answer.body.userId);
  return {token: answer.body.token, fresh: true};
}

export function forget() {
  localStorage.removeItem(TOKEN);
  localStorage.removeItem(USER);
}

export async function classify(preference, posts, deadlineMs) {
  const {token: bearer, failure} = await token();
  if (!bearer) return failure;
  const body = {posts: posts.map(({id, text}) => ({hash: id, content: text})), preference, timestamp: Date.now()};
  if (deadlineMs) body.deadlineMs = deadlineMs;
  return call('/classify', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', Authorization: bearer},
    body: JSON.stringify(body),
  });
}

export async function quota() {
  const {token: bearer, failure} = await token();
  return bearer ? call('/quota', {headers: {Authorization: bearer}}) : failure;
}

const REASONS = {
  MODEL_TIMEOUT: 'the model took too long',
  MODEL_UNAVAILABLE: 'the model is out of reach',
  MODEL_BUDGET: 'the model’s budget is used up',
  MODEL_DECLINED: 'the model would not judge it',
  QUOTA_EXCEEDED: 'today’s posts are used up',
  BURST_LIMIT_EXCEEDED: 'this minute’s posts are used up',
  CLASSIFIER_UNAVAILABLE: 'the classifier is out of reach',
};

export function reason(code) {
  return REASONS[code] ?? code.toLowerCase().replaceAll('_', ' ');
}

function seconds(ms) {
  return ms > 90_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

// What went wrong, in words, and when to try again
export function explain(answer) {
  const code = answer.body?.error ?? `HTTP ${answer.status}`;
  const wait = answer.body?.retryAfterMs;
  const later = wait ? ` Trying again in ${seconds(wait)}.` : '';
  switch (code) {
    case 'BURST_LIMIT_EXCEEDED':
      return `Burst limit reached: this account may have so many posts judged in any 60 seconds, and they are used up. The extension shows posts unjudged meanwhile.${later}`;
    case 'QUOTA_EXCEEDED':
      return 'Daily quota used up: no more posts are judged for this account until midnight UTC; they are shown as they are.';
    case 'RATE_LIMIT_EXCEEDED':
      return `Too many requests from this address: 100 a minute are allowed.${later}`;
    case 'FINGERPRINT_LIMIT_EXCEEDED':
      return `Too many accounts were opened from this device today (five are allowed).${later}`;
    case 'INVALID_AUTH':
      return 'The gateway does not know this token any more (was the stack’s directory deleted?). Getting a new one.';
    case 'AUTH_UNAVAILABLE':
      return `The token store is out of reach, and this token cannot be checked without it.${later}`;
    case 'ORIGIN_NOT_ALLOWED':
      return 'The gateway does not accept calls from this page’s origin: clearview.cors.allowed-origins says which it does.';
    case 'TIMEOUT':
      return 'No answer within 10 s: the gateway hangs. The extension would try three more times, then show every post.';
    case 'UNREACHABLE':
      return 'The gateway does not answer. The extension would try three more times, then show every post.';
    default:
      return `The gateway answered ${answer.status} ${code}: ${answer.body?.message ?? ''}${later}`;
  }
}
