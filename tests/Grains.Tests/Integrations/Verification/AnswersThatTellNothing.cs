namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Answers that say nothing about the key: provider, variables, status, body, code.</summary>
public static class AnswersThatTellNothing
{
    public static TheoryData<string, string, int, string, string> Cases => new()
    {
        { "binance", "", 451, """{"code":0,"msg":"Service unavailable from a restricted location"}""", "region_blocked" },
        { "kucoin", "", 200, """{"code":"400500","msg":"Your located country/region is currently not supported"}""", "region_blocked" },
        { "bybit", "", 200, """{"retCode":10009,"retMsg":"IP has been banned."}""", "ip_banned" },
        { "bybit", "", 200, """{"retCode":10018,"retMsg":"Exceeded the IP Rate Limit."}""", "rate_limited" },
        { "bybit", "", 200, """{"retCode":10024,"retMsg":"Compliance rules triggered"}""", "region_blocked" },
        { "bybit", "", 200, """{"retCode":10028,"retMsg":"The API can only be accessed by unified account users."}""", "account_kind" },
        { "bybit", "", 401, """{"retCode":10016,"retMsg":"Server error."}""", "unexpected_status" },
        { "ironbeam", "", 400, """{"status":"ERROR","message":"Bad Request - missing the required parameter"}""", "request_refused" },
        { "coinapi", "", 200, "[]", "unexpected_content" },
        { "fmp", "", 200, "[]", "unexpected_content" },
        { "benzinga", "", 200, "[]", "unexpected_content" },
        { "mistral", "", 200, """[{"id":"ministral-3b-2410","object":"model"}]""", "unexpected_content" },
        { "mistral", "", 200, """{"data":[]}""", "unexpected_content" },
        { "mistral", "", 402, """{"message":"pay"}""", "billing_problem" },
        { "mistral", "", 403, """{"message":"no"}""", "access_refused" },
        { "deepseek", "", 402, """{"error":{"message":"from a proxy"}}""", "unexpected_status" },
        { "marketdata_app", "", 200, """{"hello":"world"}""", "unexpected_content" },
        { "nasdaq_data_link", "", 404, """{"quandl_error":{"code":"QECx02","message":"You have submitted an incorrect Quandl code."}}""", "table_retired" },
        { "sendgrid", "", 403, """{"errors":[{"message":"access forbidden"}]}""", "access_refused" },
        { "kraken", "KRAKEN_NONCE_UNIT=ms KRAKEN_API_KEY=b KRAKEN_API_SECRET=c2VjcmV0", 200, """{"error":["EAPI:Invalid nonce"]}""", "nonce_too_low" },
        { "kraken", "KRAKEN_NONCE_UNIT=ms KRAKEN_API_KEY=b KRAKEN_API_SECRET=c2VjcmV0", 200, """{"error":["EService:Unavailable"]}""", "provider_error" },
        { "gate", "", 403, """{"label":"IP_FORBIDDEN","message":"ip"}""", "ip_not_allowed" },
        { "bitmex", "", 403, """{"error":{"message":"This IP address is not allowed to use this key.","name":"HTTPError"}}""", "ip_not_allowed" },
        { "bitmex", "", 401, """{"error":{"message":"This request has expired - `expires` is in the past.","name":"HTTPError"}}""", "clock_skew" },
        { "bitget", "", 403, """{"code":"40018","msg":"Invalid IP"}""", "ip_not_allowed" },
        { "binance_futures", "", 451, """{"code":0,"msg":"restricted location"}""", "region_blocked" },
        { "interactive_brokers", "IBKR_GATEWAY_URL=https://a.test", 200, """{"authenticated":true,"connected":true,"competing":true}""", "competing_session" },
        { "azure_openai", "AZURE_OPENAI_ENDPOINT=https://a.test", 403, "{}", "network_rules" },
        { "openai_compatible", "", 404, "{}", "wrong_path" },
        { "anthropic", "ANTHROPIC_API_KEY=k", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"anthropic-version: \"2023-06-01\" is not a supported version"}}""", "api_moved" },
        { "stripe", "", 403, "{}", "unexpected_status" },
        { "bybit", "BYBIT_ENV=nowhere", 200, "{}", "unknown_environment" },
        { "okx", "OKX_FLAG=demo", 200, "{}", "unknown_environment" },
        { "deribit", "DERIBIT_ENV=paper", 200, "{}", "unknown_environment" },
    };
}
