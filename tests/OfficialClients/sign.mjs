// Signs with ccxt what our signers sign, for the same time, key, secret and passphrase.
// Standard input: {"now": ms, "key", "secret", "coded", "passphrase", "edwards": PEM, "rsa": PEM, "privateKey": hex}
import { readFileSync } from 'node:fs';
import ccxt from 'ccxt';

const input = JSON.parse(readFileSync(0, 'utf8'));
const make = (id, secret = input.secret) => {
  const exchange = new ccxt[id]({ apiKey: input.key, secret, password: input.passphrase });
  exchange.nonce = () => input.now;
  exchange.milliseconds = () => input.now;
  return exchange;
};
const account = secret => make('binance', secret).sign('account', 'private', 'GET', {});

process.stdout.write(JSON.stringify({
  gate: make('gate').sign('detail', ['private', 'account'], 'GET', {}),
  bitget: make('bitget').sign('v2/spot/account/info', ['private', 'spot'], 'GET', {}),
  htx: make('htx').sign('account/accounts', 'private', 'GET', {}),
  kraken: make('kraken', input.coded).sign('GetApiKeyInfo', 'private', 'POST', {}),
  kraken_futures: make('krakenfutures', input.coded).sign('accounts', 'private', 'GET', {}),
  okx: make('okx').sign('account/config', 'private', 'GET', {}),
  kucoin: make('kucoin').sign('user/api-key', 'private', 'GET', {}),
  bybit: make('bybit').sign('v5/user/query-api', 'private', 'GET', {}),
  mexc: make('mexc').sign('account', ['spot', 'private'], 'GET', {}),
  bingx: make('bingx').sign('account/apiPermissions', ['account', 'v1', 'private'], 'GET', {}),
  binance: account(input.secret),
  binance_edwards: account(input.edwards),
  binance_rsa: account(input.rsa),
  address: make('hyperliquid').ethGetAddressFromPrivateKey(input.privateKey),
}));
process.exit(0);
