namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Answers to keys that can do their job: provider, variables, status, body, how the capability of the gate is known.</summary>
public static class GoodKeys
{
    public static TheoryData<string, string, int, string, string> Cases => new()
    {
        { "alpaca", "", 200, """{"id":"e6","status":"ACTIVE","account_blocked":false,"trading_blocked":false,"trade_suspended_by_user":false}""", "Proven" },
        { "alpaca", "ALPACA_PAPER_TRADE=true", 200, """{"id":"e6","status":"PAPER_ONLY"}""", "Proven" },
        { "binance", "BINANCE_ENV=testnet", 200, """{"canTrade":true}""", "Implied" },
        { "binance", "BINANCE_ENV=live", 200, """{"canTrade":true,"enableSpotAndMarginTrading":true,"enableWithdrawals":false}""", "Proven" },
        { "binance", "BINANCE_ENV=live", 200, """{"canTrade":true}""", "Unknown" },
        { "bybit", "", 200, """{"retCode":0,"result":{"readOnly":0,"permissions":{"Spot":["SpotTrade"],"Wallet":[]}}}""", "Proven" },
        { "okx", "", 200, """{"code":"0","data":[{"perm":"read_only,trade"}]}""", "Proven" },
        { "kucoin", "", 200, """{"code":"200000","data":{"permission":"General,Futures"}}""", "Proven" },
        { "deribit", "", 200, """{"result":{"access_token":"t","scope":"account:read trade:read_write wallet:none"}}""", "Proven" },
        { "coinbase", "", 200, """{"can_view":true,"can_trade":true,"can_transfer":false}""", "Proven" },
        { "projectx", "", 200, """{"accounts":[{"id":1,"canTrade":false},{"id":2,"canTrade":true}],"success":true,"errorCode":0}""", "Proven" },
        { "oanda", "", 200, """{"accounts":[{"id":"101-001-1-001"}]}""", "Implied" },
        { "tradier", "", 200, """{"profile":{"account":[{"status":"closed"},{"status":"active"}]}}""", "Implied" },
        { "tastytrade", "", 200, """{"access_token":"t","expires_in":900}""", "Unknown" },
        { "tastytrade", "", 200, """{"access_token":"t","scope":"read trade openid"}""", "Proven" },
        { "tradovate", "TRADOVATE_ACCESS_TOKEN=t TRADOVATE_SEC=s", 200, """{"userId":7,"name":"n"}""", "Unknown" },
        { "supabase", "SUPABASE_SECRET_KEY=sb_secret_abcdefghijklmnop", 200, "", "none" },
        { "openai", "", 200, """{"object":"list","data":[]}""", "Implied" },
        { "anthropic", "ANTHROPIC_API_KEY=sk-ant-api03-x", 200, """{"data":[]}""", "Implied" },
        { "google_gemini", "GEMINI_API_KEY=AIza", 200, """{"models":[{"name":"models/gemini-2.5-pro"}]}""", "Implied" },
        { "xai", "", 200, """{"api_key_blocked":false,"team_blocked":false,"acls":["api-key:model:*","api-key:endpoint:*"]}""", "Proven" },
        { "huggingface", "", 200, """{"name":"n","auth":{"accessToken":{"role":"write"}}}""", "Implied" },
        { "huggingface", "", 200, """{"name":"n","auth":{"accessToken":{"role":"fineGrained","fineGrained":{"scoped":[{"permissions":["inference.serverless.write"]}]}}}}""", "Proven" },
        { "mistral", "", 200, """{"object":"list","data":[{"id":"mistral-small-latest"}]}""", "Implied" },
        { "deepseek", "", 200, """{"is_available":true}""", "Implied" },
        { "openrouter", "", 200, """{"data":{"label":"k","is_management_key":false,"limit_remaining":3}}""", "Implied" },
        { "polygon", "", 200, """{"market":"open"}""", "Implied" },
        { "databento", "", 200, """["GLBX.MDP3"]""", "Implied" },
        { "marketdata_app", "", 203, """{"x-options-data-permissions":"","x-api-ratelimit-requests-limit":100}""", "Implied" },
        { "fmp", "", 200, """[{"symbol":"AAPL"}]""", "Proven" },
        { "coingecko", "COINGECKO_API_KEY=CG-x", 200, """{"gecko_says":"(V3) To the Moon!"}""", "Unknown" },
        { "slack", "", 200, """{"ok":true,"bot_id":"B0SIM0001"}""", "none" },
    };
}
