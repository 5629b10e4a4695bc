using static ControlPlane.Testing.CanaryAlphabet;

namespace ControlPlane.Grains.Tests.Secrets;

/// <summary>Made-up keys of each shape, put together at run time so that no scanner finds one in this file.</summary>
internal static class KeyShapeSamples
{
    private const string UrlSafe = Alphanumeric + "_-";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static IEnumerable<(string Text, string Secret)> Of(string id)
    {
        var value = Draw(Alphanumeric, 36);
        return id switch
        {
            "control-plane-bot-token" => [.. Whole("cp" + "b1.momentum-es.1." + Draw(UrlSafe, 43)), .. Whole("cp" + "b1.a.b_c-d." + Draw(Digits, 13) + "." + Draw(UrlSafe, 43))],
            "control-plane-lease-token" => [.. Whole("cp" + "l1.momentum-es.1." + Draw(UrlSafe, 43)), .. Whole("cp" + "l1.a.b_c-d." + Draw(Digits, 13) + "." + Draw(UrlSafe, 43))],
            "databento-key" => Whole("db" + "-" + Draw(Alphanumeric, 29)),
            "openai-key" => [.. Whole("sk-" + "proj-" + Draw(UrlSafe, 74) + "T3Blbk" + "FJ" + Draw(UrlSafe, 74)), .. Whole("sk-" + Draw(Alphanumeric, 20) + "T3Blbk" + "FJ" + Draw(Alphanumeric, 20))],
            "anthropic-key" => [.. Whole("sk-" + "ant-" + "api03-" + Draw(UrlSafe, 93) + "AA"), .. Whole("sk-" + "ant-" + "admin01-" + Draw(UrlSafe, 93) + "AA")],
            "openrouter-key" => Whole("sk-" + "or-v1-" + Draw(LowerHex, 64)),
            "groq-key" => Whole("gs" + "k_" + Draw(Alphanumeric, 52)),
            "xai-key" => Whole("xa" + "i-" + Draw(Alphanumeric, 80)),
            "google-api-key" => [.. Whole("AI" + "za" + Draw(Alphanumeric, 35)), .. Whole("A" + "Q." + Draw(Alphanumeric, 30))],
            "hf-token" => [.. Whole("h" + "f_" + Draw(Alphanumeric, 34)), .. Whole("api_" + "org_" + Draw(Alphanumeric, 34))],
            "pplx-key" => Whole("ppl" + "x-" + Draw(Alphanumeric, 48)),
            "discord-webhook" => Whole("https://discord" + ".com/api/webhooks/" + Draw(Digits, 19) + "/" + Draw(UrlSafe, 68)),
            "slack-token" => [.. Whole("xox" + "b-" + Draw(Digits, 12) + "-" + Draw(Digits, 12) + "-" + Draw(Alphanumeric, 24)), .. Whole("xap" + "p-1-A" + Draw(Digits, 9) + "-" + Draw(Digits, 12) + "-" + Draw(LowerHex, 64))],
            "slack-webhook" => Whole("hooks" + ".slack.com/services/" + "T" + Draw(Upper, 9) + "/B" + Draw(Upper, 9) + "/" + Draw(Alphanumeric, 24)),
            "telegram-url" => [.. Whole("/bo" + "t" + Draw(Digits, 9) + ":A" + Draw(Alphanumeric, 34)), .. Whole("/bo" + "t" + Draw(Digits, 9) + "%3AA" + Draw(Alphanumeric, 34))],
            "supabase-new" => Whole("sb" + "_secret_" + Draw(UrlSafe, 31)),
            "supabase-pat" => Whole("sb" + "p_" + Draw(LowerHex, 40)),
            "jwt" => Whole("ey" + Draw(Alphanumeric, 34) + ".ey" + Draw(Alphanumeric, 60) + "." + Draw(UrlSafe, 43)),
            "aws-id" => Whole("AK" + "IA" + Draw(Upper, 16)),
            "coinbase-key-name" => Whole($"organizations/{Guid.NewGuid()}/api" + $"Keys/{Guid.NewGuid()}"),
            "pem-private-key" => Pem(),
            "oanda-token" => Whole(Draw(LowerHex, 32) + "-" + Draw(LowerHex, 32)),
            "robinhood-key" => Whole("rh-" + "api-" + Guid.NewGuid()),
            "sendgrid-key" => Whole("S" + "G." + Draw(Alphanumeric, 22) + "." + Draw(Alphanumeric, 43)),
            "sentry-token" => Whole("sntry" + "u_" + Draw(LowerHex, 64)),
            "grafana-token" => Whole("gl" + "sa_" + Draw(Alphanumeric, 32) + "_" + Draw(LowerHex, 8)),
            "stripe-key" => [.. Whole("sk" + "_test_" + Draw(Alphanumeric, 24)), .. Whole("wh" + "sec_" + Draw(Alphanumeric, 32))],
            "github-token" => [.. Whole("gh" + "p_" + Draw(Alphanumeric, 36)), .. Whole("github" + "_pat_" + Draw(Alphanumeric, 82))],
            "url-userinfo" => [($"postgres://user:{value}@db.internal:5432/x", value)],
            "connstr-password" => [($"Host=db;Password={value};Port=5432", value), ($"Host=db;Pwd='{value} {value}'", value)],
            "query-secret" => [($"/v3/reference?apiKey={value}&limit=1", value), ($"/hub?id=1&access_token={value}", value)],
            "auth-header" => [($"Authorization: Bearer {value}", value), ($"authorization=\"Token {value}\"", value)],
            "key-headers" => [($"X-Api-Key: {value}", value), ($"APCA-API-SECRET-KEY = {value}", value)],
            "json-secret-field" => [($"{{\"accessToken\":\"{value}\"}}", value), ($"{{\"password\" : \"{value}\"}}", value)],
            "basic-of-key" => [($"Basic {value}==", value)],
            "escaped-json-secret" => [($"{{\\\"apiKey\\\":\\\"{value}\\\"}}", value)],
            "pct-query-secret" => [($"next=%2Fv1%3FapiKey%3D{value}", value), ($"next=%252Fv1%253FapiKey%253D{value}", value)],
            "otel-header-attr" => [($"http.request.header.x-api-key=[\"{value}\"]", value)],
            "kvp-authorization" => [($"[Authorization, Bearer {value}]", value), ($"(x-api-key, {value})", value)],
            _ => throw new ArgumentException($"No sample of {id}."),
        };
    }

    private static IEnumerable<(string, string)> Whole(string key) => [(key, key[6..^2])];

    private static IEnumerable<(string, string)> Pem()
    {
        var body = Draw(Base64, 64);
        foreach (var lineBreak in new[] { "\n", "\\n", " " })
            yield return ("-----BEGIN EC PRIVATE " + "KEY-----" + lineBreak + body + lineBreak + Draw(Base64, 40) + lineBreak + "-----END EC PRIVATE " + "KEY-----", body);
    }
}
