#!/usr/bin/env bash
# Plays the first hour of a new user with curl, against a fresh start and the provider simulator, and prints what is asked and answered.
# Needs the solution to be built (dotnet build), curl and jq. Listens on loopback only, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${CONFIGURATION:-Debug}
work=$(mktemp -d)
secrets="$work/secrets"
mkdir "$secrets"
pids=()
finish() {
  for pid in "${pids[@]:-}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

fail() { echo "NOT AS EXPECTED: $1" >&2; exit 1; }
wait_for() { # file, words: until a program has said them
  for _ in $(seq 1 300); do grep -q "$2" "$1" 2>/dev/null && return 0; sleep 0.1; done
  cat "$1" >&2
  fail "no '$2' within 30 s"
}

operator=$(head -c 24 /dev/urandom | base64 | tr '+/' 'ab')
runner=$(head -c 24 /dev/urandom | base64 | tr '+/' 'ab')
polygon=$(head -c 24 /dev/urandom | base64 | tr '+/' 'ab')
oanda="$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')"
openai="sk-$(head -c 30 /dev/urandom | base64 | tr '+/' 'ab')"

dotnet "demo/ProviderSimulator/bin/$configuration/net10.0/ProviderSimulator.dll" --port 0 > "$work/simulator.log" 2>&1 &
simulator_pid=$!
pids+=("$simulator_pid")
wait_for "$work/simulator.log" "listening on"
simulator=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/simulator.log" | head -n 1)

env -i PATH="$PATH" HOME="$HOME" \
  CONTROLPLANE_OPERATOR_TOKEN="$operator" CONTROLPLANE_RUNNER_TOKEN="$runner" \
  ControlPlane__DataDirectory="$work/data" ControlPlane__Secrets__Directory="$secrets" \
  ControlPlane__Integrations__polygon__BaseUrl="$simulator/polygon" \
  ControlPlane__Integrations__oanda__BaseUrl="$simulator/oanda" \
  ControlPlane__Integrations__openai__BaseUrl="$simulator/openai" \
  ControlPlane__Verify__MinIntervalSeconds=0 ControlPlane__Verify__FreshnessSeconds=30 ControlPlane__Gate__CloseAfterSoft=100 \
  dotnet "Api/bin/$configuration/net10.0/Api.dll" --urls http://127.0.0.1:0 > "$work/control-plane.log" 2>&1 &
pids+=("$!")
wait_for "$work/control-plane.log" "Control plane listening on"
api=$(grep -o 'listening on http://127.0.0.1:[0-9]*' "$work/control-plane.log" | grep -o 'http.*' | head -n 1)

# call TOKEN METHOD PATH [BODY] [JQ FILTER]: prints the request and the answer with its trace id, and keeps the answer in $answer.
call() {
  local token=$1 method=$2 path=$3 body=${4:-} filter=${5:-.}
  echo
  echo "\$ curl -X $method $path${body:+ -d '$body'}"
  local reply
  reply=$(curl -s -X "$method" "$api$path" -H "Authorization: Bearer $token" -D "$work/headers" -w '\n%{http_code}' ${body:+-H 'Content-Type: application/json' -d "$body"})
  answer=${reply%$'\n'*}
  code=${reply##*$'\n'}
  echo "HTTP $code, trace $(grep -i '^x-trace-id:' "$work/headers" | tr -d '\r' | cut -d' ' -f2)"
  jq -c "$filter" <<< "$answer"
}
expect() { [ "$(jq -r "$1" <<< "$answer")" = "$2" ] || fail "$1 is $(jq -r "$1" <<< "$answer"), not $2"; }
until_status() { # word: asks quietly until the system says it
  for _ in $(seq 1 600); do
    [ "$(curl -s "$api/api/system/status" -H "Authorization: Bearer $operator" | jq -r .system_status)" = "$1" ] && return 0
    sleep 0.1
  done
  fail "the system did not become $1 within 60 s"
}
short='{system_status, trading_state, autonomy_allowed, gates: (.autonomy_gates | map_values(.status)), blockers: [.blockers[] | {code, severity, provider}]}'

echo "== 1. Fresh start, no secrets: BLOCKED, and no runner is let in"
until_status BLOCKED
sleep 2
call "$operator" GET /api/system/status "" "$short"
expect .system_status BLOCKED
expect '.blockers[0].code' INTEGRATION_KEY_MISSING
expect '.autonomy_gates | length' 6
call "$operator" GET /api/system/status "" '.path_to_ok[] | {step, action, provider, env_vars}'
call "$operator" PUT /api/bots/momentum '{"name":"Momentum","requires":["polygon","oanda"]}' '{bot_id, readiness, tier}'
call "$runner" POST /api/bots/momentum/runner/start '{"runner_id":"r1","mode":"paper"}' '{status, granted, code, blockers: [.blockers[] | {code, provider}]}'
[ "$code" = 409 ] || fail "start answered $code"

echo
echo "== 2. Keys into the folder: verified by themselves, OK without a restart, start is granted on paper"
register() { curl -sf -X PUT "$simulator/_control/keys/$1" -H 'Content-Type: application/json' -d "{\"values\":{\"$2\":\"$3\"},\"state\":\"$4\"}" > /dev/null; }
register polygon POLYGON_API_KEY "$polygon" active
register oanda OANDA_ACCESS_TOKEN "$oanda" active
register openai OPENAI_API_KEY "$openai" active
printf '%s\n' "$polygon" > "$secrets/POLYGON_API_KEY"
printf '%s\n' "$oanda" > "$secrets/OANDA_ACCESS_TOKEN"
printf '%s\n' "$openai" > "$secrets/OPENAI_API_KEY"
until_status OK
for provider in polygon oanda openai; do
  call "$operator" POST /api/integrations/verify "{\"provider\":\"$provider\"}" '{provider, status, connected, state, http_status, steps: [.steps[] | {(.step): .result}] | add}'
  expect .status valid
done
call "$operator" GET /api/integrations/status "" '.integrations[] | select(.configured) | {provider, state, configured, connected, last_verify_status, proof_of_use_count_24h}'
call "$operator" GET /api/system/status "" "$short"
expect .system_status OK
call "$runner" POST /api/bots/momentum/runner/start '{"runner_id":"r1","mode":"paper"}' '{granted, epoch, lease, trading_state, system_status}'
expect .granted true
epoch=$(jq .epoch <<< "$answer")
call "$runner" POST /api/bots/momentum/runner/start '{"runner_id":"r1","mode":"live"}' '{granted, code, blockers: [.blockers[] | .code]}'
expect .code LIVE_NOT_ARMED
call "$runner" POST /api/bots/momentum/runner/heartbeat "{\"runner_id\":\"r1\",\"epoch\":$epoch}" '{directive, trading_state}'
expect .directive CONTINUE

echo
echo "== 3. Proof of use: one harmless real call, its row, and its figures (verifies are no use and do not count)"
call "$operator" GET /api/integrations/status "" '.integrations[] | select(.provider == "polygon") | {provider, proof_of_use_count_24h, last_used_at, last_used_by_bot_id}'
expect '.integrations[] | select(.provider == "polygon") | .proof_of_use_count_24h' 0
call "$operator" POST /api/integrations/polygon/test-call "" '{event_id, status, http_status, latency_ms}'
expect .status ok
event=$(jq -r .event_id <<< "$answer")
call "$operator" GET '/api/integrations/polygon/events?limit=1' "" '.items[] | {event_id, occurred_at, bot_id, provider, operation, status, http_status, latency_ms, trace_id}'
expect '.items[0].event_id' "$event"
expect '.items[0].bot_id' control-plane-test
for _ in $(seq 1 50); do
  curl -s "$api/api/integrations/status" -H "Authorization: Bearer $operator" | jq -e '.integrations[] | select(.provider == "polygon") | .proof_of_use_count_24h == 1' > /dev/null && break
  sleep 0.1
done
call "$operator" GET /api/integrations/status "" '.integrations[] | select(.provider == "polygon") | {provider, proof_of_use_count_24h, error_count_24h, last_used_at, last_used_by_bot_id}'
expect '.integrations[] | select(.provider == "polygon") | .proof_of_use_count_24h' 1
expect '.integrations[] | select(.provider == "polygon") | .last_used_by_bot_id' control-plane-test

echo
echo "== 4. The key is revoked at the broker: BLOCKED, and the heartbeat says HALT"
register oanda OANDA_ACCESS_TOKEN "$oanda" revoked
call "$operator" POST /api/integrations/verify '{"provider":"oanda"}' '{status, connected, state, http_status, error_code, message, suggested_fix}'
expect .status invalid
until_status BLOCKED
call "$operator" GET /api/system/status "" "$short"
call "$runner" POST /api/bots/momentum/runner/heartbeat "{\"runner_id\":\"r1\",\"epoch\":$epoch}" '{directive, trading_state}'
expect .directive HALT

echo
echo "== 5. The key is good again, then the provider goes away: inconclusive, degraded, BLOCKED when freshness ends"
register oanda OANDA_ACCESS_TOKEN "$oanda" active
call "$operator" POST /api/integrations/verify '{"provider":"oanda"}' '{status, connected, state}'
until_status OK
kill "$simulator_pid"
wait "$simulator_pid" 2>/dev/null || true
call "$operator" POST /api/integrations/verify '{"provider":"polygon"}' '{status, connected, state, error_code, message}'
expect .status inconclusive
until_status DEGRADED
call "$operator" GET /api/system/status "" "$short"
until_status BLOCKED
sleep 1
call "$operator" GET /api/system/status "" "$short"
call "$operator" GET '/api/system/transitions?limit=8' "" '.items[] | {subject, from, to, reason, trace_id}'
call "$operator" GET /api/audit/check "" .

echo
for secret in "$operator" "$runner" "$polygon" "$oanda" "$openai"; do
  if grep -rqF "$secret" "$work/data" "$work/control-plane.log"; then fail "a secret stands in the data directory or in the log"; fi
done
echo "No secret stands in the data directory or in the log."
echo "All as expected."
