// The least that signs in as the console does: code with PKCE, tokens in memory, renewal in a hidden frame.
const $ = (id) => document.getElementById(id);
const url64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const random = () => url64(crypto.getRandomValues(new Uint8Array(32)));
const config = await (await fetch('/console/config.json')).json();
const provider = await (await fetch(`${config.authority}/.well-known/openid-configuration`)).json();
const base = `${location.origin}/console/`;
let tokens;

async function asked(redirect, prompt) {
  const verifier = random();
  const state = random();
  const challenge = url64(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const parameters = {
    client_id: config.client_id, redirect_uri: redirect, response_type: 'code', scope: config.scope, state,
    nonce: random(), code_challenge: challenge, code_challenge_method: 'S256', ...(prompt ? { prompt } : {}),
  };
  return { verifier, state, redirect, url: `${provider.authorization_endpoint}?${new URLSearchParams(parameters)}` };
}

async function redeem(search, { verifier, state, redirect }) {
  const answer = new URLSearchParams(search);
  if (answer.get('state') !== state || answer.get('iss') !== provider.issuer || !answer.get('code')) return false;
  const body = new URLSearchParams({
    grant_type: 'authorization_code', client_id: config.client_id, redirect_uri: redirect, code: answer.get('code'),
    code_verifier: verifier,
  });
  const given = await fetch(provider.token_endpoint, { method: 'POST', body });
  if (!given.ok) return false;
  tokens = await given.json();
  return true;
}

async function silently() {
  const request = await asked(`${base}silent`, 'none');
  const frame = Object.assign(document.createElement('iframe'), { hidden: true, src: request.url });
  const search = await new Promise((resolve) => {
    addEventListener('message', (event) => event.origin === location.origin && resolve(event.data), { once: true });
    document.body.append(frame);
  });
  frame.remove();
  return redeem(search, request);
}

async function show() {
  $('in').hidden = !!tokens;
  $('out').hidden = $('renew').hidden = !tokens;
  if (!tokens) { $('who').textContent = 'nobody'; return; }
  const me = await fetch('/registry/v1/me', { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  const { subject, roles, units } = await me.json();
  $('who').textContent = [subject, roles.join(), ...(units ?? [])].join(' ');
}

$('in').onclick = async () => {
  const request = await asked(`${base}callback`);
  sessionStorage.setItem('request', JSON.stringify({ ...request, from: location.pathname }));
  location.assign(request.url);
};
$('renew').onclick = async () => { const before = tokens; tokens = undefined; await silently(); document.body.dataset.renewed = String(tokens.access_token !== before.access_token); await show(); };
$('out').onclick = () => {
  location.assign(`${provider.end_session_endpoint}?${new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: base })}`);
};

if (location.pathname.endsWith('/silent')) {
  parent.postMessage(location.search, location.origin);
} else if (location.pathname.endsWith('/callback')) {
  const request = JSON.parse(sessionStorage.getItem('request'));
  sessionStorage.removeItem('request');
  await redeem(location.search, request);
  history.replaceState(null, '', request.from);
} else {
  await silently();
}
if (parent === window) await show();
