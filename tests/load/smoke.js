// The smoke test for k6: the steps and promises of shoppers.py and slo.toml, without the mail that verifies an address.
// Started by scripts/load.sh k6.
import http from 'k6/http';
import { check, sleep } from 'k6';

const plan = JSON.parse(open(__ENV.LOAD_PLAN));
const urls = plan.urls;
const address = { street: '1 Demo Street', city: 'Springfield', state: 'IL', zip_code: '62701', country: 'US' };
const card = { card_number: '4111111111111111', expiry_month: 12, expiry_year: new Date().getUTCFullYear() + 1, cvv: '123' };

const thresholds = { checks: [`rate>=${1 - plan.errors}`] };
for (const [route, promise] of Object.entries(plan.routes)) {
  thresholds[`http_req_duration{route:${route}}`] = [`p(50)<=${promise.p50}`, `p(95)<=${promise.p95}`, `p(99)<=${promise.p99}`];
  thresholds[`http_req_failed{route:${route}}`] = [`rate<=${promise.errors}`];
  thresholds[`http_reqs{route:${route}}`] = [`count>=${promise.requests}`];
}

const browsers = Math.max(1, Math.round(0.7 * plan.users));
export const options = {
  thresholds,
  maxRedirects: 0,
  scenarios: {
    visitors: { executor: 'constant-vus', exec: 'visitor', vus: browsers, duration: `${plan.seconds}s` },
    members: { executor: 'constant-vus', exec: 'member', vus: Math.max(1, plan.users - browsers), duration: `${plan.seconds}s` },
  },
};

let session = null;

function ask(method, service, path, { route = path, status = 200, body = null, right = () => true }) {
  const headers = { 'Content-Type': 'application/json', ...(session ? { Authorization: `Bearer ${session.token}` } : {}) };
  const content = body ? JSON.stringify(body) : null;
  const name = `${method} ${route}`;
  const answer = http.request(method, urls[service] + path, content, { headers, tags: { route: name, name }, timeout: '30s' });
  let json = null;
  const passed = check(answer, {
    [name]: () => {
      if (answer.status !== status) return false;
      try {
        json = answer.json();
        return Boolean(right(json));
      } catch {
        return false; // neither JSON nor the shape that is expected
      }
    },
  });
  sleep(0.1 + 0.4 * Math.random());
  return passed ? json : null;
}

function product() {
  const id = plan.products[Math.floor(plan.products.length * Math.random())];
  return ask('GET', 'order_service', `/api/products/${id}/`, { route: '/api/products/{id}/', right: (one) => one.id === id });
}

function signIn() {
  if (session) return true;
  const name = `k6-${__VU}-${Date.now()}-${Math.floor(1e6 * Math.random())}`;
  const password = `k6-only-Password-${Math.floor(1e9 * Math.random())}`;
  const account = { username: name, email: `${name}@shop.example`, password };
  const user = ask('POST', 'user_service', '/api/users/', { status: 201, body: account, right: (one) => one.username === name });
  if (!user) return false;
  const credentials = { username: name, password };
  const tokens = ask('POST', 'user_service', '/api/auth/login/', { body: credentials, right: (one) => one.access_token.split('.').length === 3 });
  if (tokens) session = { user: user.id, token: tokens.access_token };
  return Boolean(tokens);
}

function buy() {
  const wanted = product();
  if (!wanted) return;
  const items = [{ product_id: wanted.id, quantity: 1 }];
  const order = ask('POST', 'order_service', '/api/orders/', {
    status: 201,
    body: { user_id: session.user, items, shipping_address: address },
    right: (one) => one.status === 'pending' && one.total === wanted.price,
  });
  if (!order) return;
  const payment = { order_id: order.id, payment_method: 'credit_card', card_details: card, billing_address: address };
  const right = (one) => one.order_id === order.id && one.status === 'completed';
  if (!ask('POST', 'order_service', '/api/payments/', { body: payment, right })) return;
  ask('GET', 'order_service', `/api/orders/${order.id}/`, { route: '/api/orders/{id}/', right: (one) => one.status === 'confirmed' });
}

export function visitor() {
  if (Math.random() < 0.3) ask('GET', 'order_service', '/api/products/', { right: (page) => page.results.length > 0 });
  else product();
}

export function member() {
  if (!signIn()) return;
  buy();
  const right = (page) => Array.isArray(page.results);
  ask('GET', 'notification_service', `/api/users/${session.user}/notifications/`, { route: '/api/users/{id}/notifications/', right });
  if (Math.random() < 0.2) session = null; // comes back as somebody else
}
