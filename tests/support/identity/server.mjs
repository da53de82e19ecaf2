// An identity provider for the tests: oidc-provider as it is, with a login form, two levels of assurance and accounts
// out of the configuration that is given as the only argument, a JSON document.
//
//   {"port": 21000, "clients": [ … as the library takes them … ], "accounts": {"noor": {"password": "…", "code": "…"}}}
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

import Provider, { interactionPolicy } from 'oidc-provider';

const { port, clients, accounts } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const LEVELS = ['urn:test:password', 'urn:test:two-factor'];

// Cookies do not keep ports apart, and several providers run on this machine.
const COOKIES = Object.fromEntries(['interaction', 'resume', 'session'].map((name) => [name, `_${name}_${port}`]));

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: `key of ${port}` };

const provider = new Provider(issuer, {
  clients,
  acrValues: LEVELS,
  claims: { openid: ['sub', 'acr', 'amr'] },
  cookies: { keys: ['a key of the tests'], names: COOKIES },
  jwks: { keys: [key] },
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  // The library lets no call go to this machine; here the hub is on it.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) => (Object.hasOwn(accounts, id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
  interactions: { policy: interactionPolicy.base(), url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { client: { clientId }, session, provider: { Grant } } = ctx.oidc;
    const earlier = session.grantIdFor(clientId);
    if (earlier) return Grant.find(earlier);
    const grant = new Grant({ accountId: session.accountId, clientId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
});

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const form = (uid, message) => `<!DOCTYPE html><title>Sign in</title><p>${escaped(message)}</p>
<form method="post" action="/interaction/${escaped(uid)}">
<input name="login"><input name="password" type="password"><input name="code"><button>Sign in</button></form>
<form method="post" action="/interaction/${escaped(uid)}/abort"><button>Stop</button></form>`;

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

function signedIn(said) {
  const account = accounts[said.get('login')];
  if (!account || account.password !== said.get('password')) return undefined;
  const second = Boolean(said.get('code')) && said.get('code') === account.code;
  if (said.get('code') && !second) return undefined;
  return { accountId: said.get('login'), acr: LEVELS[second ? 1 : 0], amr: second ? ['pwd', 'otp'] : ['pwd'] };
}

async function interact(request, response) {
  const [, , uid, abort] = request.url.split('/');
  await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(form(uid, 'Sign in'));
  } else if (abort) {
    await provider.interactionFinished(request, response, { error: 'access_denied' });
  } else {
    const login = signedIn(await bodyOf(request));
    if (login) await provider.interactionFinished(request, response, { login });
    else response.writeHead(401, { 'Content-Type': 'text/html; charset=utf-8' }).end(form(uid, 'Wrong'));
  }
}

const serve = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return serve(request, response);
  return interact(request, response).catch((error) => response.writeHead(400).end(String(error)));
}).listen(port, '127.0.0.1', () => console.log(`listening on ${issuer}`));

for (const event of ['server_error', 'grant.error', 'authorization.error', 'backchannel.error', 'end_session.error']) {
  provider.on(event, (...told) => console.log(event, String(told.find((one) => one instanceof Error)?.error_detail ?? told.find((one) => one instanceof Error))));
}
