// A bot with official clients. Arguments: the gateway's address and a lease's token; nothing else is given to it.
// Each line of standard input is a command {"do", ...}; each line of standard output is what came of it: {"ok": ...} or {"error": ...}.
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { writeHeapSnapshot } from 'node:v8';
import { trading } from '@alpacahq/alpaca-trade-api';
import { restClient } from '@polygon.io/client-js';
import Anthropic from '@anthropic-ai/sdk';
import ccxt from 'ccxt';
import OpenAI from 'openai';

const [gateway, token] = process.argv.slice(2);
const quick = { maxRetries: 0, timeout: 60_000 };
const openai = new OpenAI({ baseURL: `${gateway}/openai`, apiKey: token, ...quick });
const anthropic = new Anthropic({ baseURL: `${gateway}/anthropic`, apiKey: token, ...quick });
const polygon = restClient(token, `${gateway}/polygon`);
const configuration = new trading.Configuration({ basePath: `${gateway}/alpaca`, keyId: token, secret: 'unused', timeoutMs: 60_000 });
const alpaca = { account: new trading.AccountsApi(configuration), orders: new trading.OrdersApi(configuration) };

const exchange = (id, route, market) => {
  const made = new ccxt[id]({ apiKey: token, secret: 'unused', password: 'unused', enableRateLimit: false, timeout: 60_000, headers: { 'X-Control-Plane-Token': token } });
  route(made.urls.api);
  made.setMarkets([{ ...market, active: true, precision: { amount: 0.0001, price: 0.01 }, limits: {} }]);
  return made;
};
const spot = { id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', type: 'spot', spot: true, info: { orderTypes: ['LIMIT', 'MARKET'] } };
const swap = { id: 'BTCUSDT', symbol: 'BTC/USDT:USDT', base: 'BTC', quote: 'USDT', settle: 'USDT', baseId: 'BTC', quoteId: 'USDT', settleId: 'USDT', type: 'swap', swap: true, contract: true, linear: true, inverse: false, contractSize: 1 };
const exchanges = {
  binance: exchange('binance', api => { for (const [name, url] of Object.entries(api)) if (typeof url === 'string') api[name] = url.replace('https://api.binance.com', `${gateway}/binance`); }, spot),
  bybit: exchange('bybit', api => { for (const name of Object.keys(api)) api[name] = `${gateway}/bybit`; }, swap),
};
// Said here, it is not asked for at the exchange.
Object.assign(exchanges.bybit.options, { enableUnifiedMargin: false, enableUnifiedAccount: true });

const oanda = async (method, path, body) => {
  const answer = await fetch(`${gateway}/oanda${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw Object.assign(new Error(text), { name: `HTTP ${answer.status}`, status: answer.status });
  return JSON.parse(text);
};
const account = '/v3/accounts/101-001-1234567-001';

const commands = {
  read: {
    openai: async () => (await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hold?' }] })).choices[0].message.content,
    anthropic: async () => (await anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 16, messages: [{ role: 'user', content: 'hold?' }] })).content[0].text,
    polygon: async () => (await polygon.getMarketStatus()).market,
    alpaca: async () => (await alpaca.account.getAccount()).status,
    binance: async () => (await exchanges.binance.privateGetAccount()).accountType,
    bybit: async () => (await exchanges.bybit.privateGetV5UserQueryApi()).retCode,
    oanda: async () => (await oanda('GET', '/v3/accounts')).accounts[0].id,
  },
  place: {
    alpaca: async id => (await alpaca.orders.postOrder({ postOrderRequest: { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', timeInForce: 'gtc', limitPrice: '90', clientOrderId: id } })).id,
    binance: async id => (await exchanges.binance.createOrder('BTC/USDT', 'limit', 'buy', 1, 90, { newClientOrderId: id })).id,
    bybit: async id => (await exchanges.bybit.createOrder('BTC/USDT:USDT', 'limit', 'buy', 1, 90, { orderLinkId: id })).id,
    oanda: async id => (await oanda('POST', `${account}/orders`, { order: { type: 'LIMIT', instrument: 'EUR_USD', units: '1', price: '90', timeInForce: 'GTC', clientExtensions: { id } } })).orderCreateTransaction.id,
  },
  cancel: {
    alpaca: async id => { await alpaca.orders.deleteOrderByOrderID({ orderId: id }); return id; },
    binance: async id => (await exchanges.binance.cancelOrder(id, 'BTC/USDT')).id,
    bybit: async id => (await exchanges.bybit.cancelOrder(id, 'BTC/USDT:USDT')).id,
    oanda: async id => { await oanda('PUT', `${account}/orders/${id}/cancel`); return id; },
  },
};

// What this process holds: its environment, every object of the clients, and all of its memory as a heap snapshot.
const dump = file => {
  writeHeapSnapshot(file);
  return inspect({ env: process.env, argv: process.argv, openai, anthropic, polygon, alpaca, exchanges }, { depth: 12, showHidden: true, getters: false, maxArrayLength: 2000, maxStringLength: 20_000 });
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: verb, at, id } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: verb === 'dump' ? dump(id) : await commands[verb][at](id) }));
  } catch (error) {
    console.log(JSON.stringify({ error: { name: error?.name ?? 'Error', status: error?.status ?? null, message: String(error?.message) } }));
  }
}
