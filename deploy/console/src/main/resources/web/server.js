// The console's own server.
let session = null;

export async function start() {
  for (let wait = 500; ; wait = Math.min(2 * wait, 8000)) {
    try {
      session = await get('/api/session');
      return session;
    } catch {
      await new Promise(done => setTimeout(done, wait));
    }
  }
}

export async function get(path) {
  const response = await fetch(path, {signal: AbortSignal.timeout(8000)});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-ClearView-Console': session.secret},
    body: JSON.stringify(body),
  });
  return {ok: response.ok, body: await response.json().catch(() => ({}))};
}

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role') made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}
