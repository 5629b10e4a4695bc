// Makes one harmless call with each client, with a good key and with another one, and prints what came of it as JSON.
// Standard input: {"addresses": {provider: address}, "roots": {provider: address}, "keys": {variable: value}, "wrong": {variable: value}}
import { readFileSync } from 'node:fs';

const { addresses, roots, keys, wrong } = JSON.parse(readFileSync(0, 'utf8'));
const quick = { maxRetries: 0, timeout: 10_000 };

const clients = {
  anthropic: async k => {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    return new Anthropic({ apiKey: k.ANTHROPIC_API_KEY, baseURL: addresses.anthropic, ...quick }).models.list();
  },
  openai: async k => {
    const { default: OpenAI } = await import('openai');
    return new OpenAI({ apiKey: k.OPENAI_API_KEY, baseURL: addresses.openai, ...quick }).models.list();
  },
  groq: async k => {
    const { default: Groq } = await import('groq-sdk');
    return new Groq({ apiKey: k.GROQ_API_KEY, baseURL: addresses.groq, ...quick }).models.list();
  },
  perplexity: async k => {
    const { default: Perplexity } = await import('@perplexity-ai/perplexity_ai');
    return new Perplexity({ apiKey: k.PERPLEXITY_API_KEY, baseURL: addresses.perplexity, ...quick }).async.chat.completions.list();
  },
  google_gemini: async k => {
    const { GoogleGenAI } = await import('@google/genai');
    return new GoogleGenAI({ apiKey: k.GEMINI_API_KEY, httpOptions: { baseUrl: addresses.google_gemini } }).models.list();
  },
  polygon: async k => {
    const { restClient } = await import('@polygon.io/client-js');
    const client = restClient(k.POLYGON_API_KEY, addresses.polygon);
    return (client.getMarketStatus ? client.getMarketStatus() : client.reference.marketStatus());
  },
  massive: async k => {
    const { restClient } = await import('@massive.com/client-js');
    const client = restClient(k.POLYGON_API_KEY, addresses.polygon);
    return (client.getMarketStatus ? client.getMarketStatus() : client.reference.marketStatus());
  },
  github: async k => {
    const { Octokit } = await import('@octokit/rest');
    return new Octokit({ auth: k.GITHUB_TOKEN, baseUrl: addresses.github, log: { debug() {}, info() {}, warn() {}, error() {} } }).rateLimit.get();
  },
  stripe: async k => {
    const { default: Stripe } = await import('stripe');
    const at = new URL(roots.stripe);
    return new Stripe(k.STRIPE_API_KEY, { host: at.hostname, port: at.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false }).balance.retrieve();
  },
  slack: async k => {
    const { WebClient, LogLevel } = await import('@slack/web-api');
    return new WebClient(k.SLACK_BOT_TOKEN, { slackApiUrl: addresses.slack + '/', retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR }).auth.test();
  },
  coinbase: async k => {
    const { generateJwt } = await import('@coinbase/cdp-sdk/auth');
    const path = '/api/v3/brokerage/key_permissions';
    const jwt = await generateJwt({ apiKeyId: k.COINBASE_API_KEY, apiKeySecret: k.COINBASE_API_SECRET, requestMethod: 'GET', requestHost: 'api.coinbase.com', requestPath: path });
    const answer = await fetch(addresses.coinbase + path, { headers: { Authorization: `Bearer ${jwt}` } });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  },
};

for (const [id, paths, options] of [
  ['binance', { private: '/api/v3', sapi: '/sapi/v1' }, { call: x => x.privateGetAccount() }],
  ['okx', { rest: '' }, { call: x => x.privateGetAccountConfig() }],
  ['bybit', { spot: '', futures: '', v2: '', public: '', private: '' }, { call: x => x.privateGetV5UserQueryApi() }],
  ['kucoin', { private: '' }, { call: x => x.privateGetUserApiKey() }],
  ['gate', { private: { account: '/api/v4' } }, { call: x => x.privateAccountGetDetail() }],
  ['bitget', { spot: '' }, { call: x => x.privateSpotGetV2SpotAccountInfo() }],
  ['mexc', { spot: { private: '' } }, { call: x => x.spotPrivateGetAccount() }],
  ['bingx', { account: '/openApi' }, { call: x => x.accountV1PrivateGetAccountApiPermissions() }],
  ['htx', { private: '' }, { call: x => x.privateGetAccountAccounts() }],
  ['kraken', { private: '' }, { call: x => x.privatePostGetApiKeyInfo ? x.privatePostGetApiKeyInfo() : x.privatePostBalance() }],
]) {
  clients[`ccxt ${id}`] = async k => {
    const { default: ccxt } = await import('ccxt');
    const upper = id.toUpperCase();
    const exchange = new ccxt[id]({
      apiKey: k[`${upper}_API_KEY`], secret: k[`${upper}_API_SECRET`], password: k[`${upper}_PASSPHRASE`] ?? k[`${upper}_API_PASSPHRASE`], enableRateLimit: false, timeout: 10_000,
      userAgent: 'ccxt',
    });
    const put = (target, part) => {
      for (const [name, path] of Object.entries(part)) {
        if (typeof path === 'string') target[name] = addresses[id] + path;
        else put(target[name], path);
      }
    };
    put(exchange.urls.api, paths);
    const answer = await options.call(exchange);
    const code = answer?.retCode ?? answer?.code;
    if (code !== undefined && !['0', '00000', '200000'].includes(String(code))) throw new Error(`code ${code}`);
    return answer;
  };
}

const outcome = async (call, values) => {
  try {
    await call(values);
    return 'ok';
  } catch (error) {
    return `${error?.name}: ${error?.message}`.slice(0, 300);
  }
};

const results = {};
for (const [name, call] of Object.entries(clients)) {
  results[name] = { good: await outcome(call, keys), wrong: await outcome(call, wrong) };
}

process.stdout.write(JSON.stringify(results, null, 1));
process.exit(0);
