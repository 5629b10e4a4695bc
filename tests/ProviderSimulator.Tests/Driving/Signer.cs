using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ControlPlane.ProviderSimulator.Tests.Driving;

/// <summary>Signs as a client of each provider would; shares no code with the checks.</summary>
internal static class Signer
{
    /// <summary>Values a scheme needs whose names no script need hold.</summary>
    public static Dictionary<string, string> Values(string provider, string seed) => provider switch
    {
        "binance" => new() { ["BINANCE_API_KEY"] = $"{seed}-bk", ["BINANCE_API_SECRET"] = $"{seed}-bs" },
        "bybit" => new() { ["BYBIT_API_KEY"] = $"{seed}-yk", ["BYBIT_API_SECRET"] = $"{seed}-ys" },
        "okx" => new() { ["OKX_API_KEY"] = $"{seed}-ok", ["OKX_API_SECRET"] = $"{seed}-os", ["OKX_PASSPHRASE"] = $"{seed}-op" },
        "kucoin" => new() { ["KUCOIN_API_KEY"] = $"{seed}-kk", ["KUCOIN_API_SECRET"] = $"{seed}-ks", ["KUCOIN_API_PASSPHRASE"] = $"{seed}-kp" },
        "quantconnect" => new() { ["QUANTCONNECT_USER_ID"] = seed == "good" ? "4711" : "4712", ["QUANTCONNECT_API_TOKEN"] = $"{seed}-qt" },
        "deribit" => new() { ["DERIBIT_API_KEY"] = $"{seed}-dk", ["DERIBIT_API_SECRET"] = $"{seed}-ds" },
        "coinbase" => new() { ["COINBASE_API_KEY"] = $"organizations/{seed}/apiKeys/1", ["COINBASE_API_SECRET"] = Pem(seed) },
        "aws" => new() { ["AWS_ACCESS_KEY_ID"] = $"AKIA{seed}", ["AWS_SECRET_ACCESS_KEY"] = $"{seed}/secret+" },
        _ => [],
    };

    /// <summary>Signs in place. <paramref name="target"/> is the path and query behind the provider.</summary>
    public static async Task SignAsync(
        string signature, HttpRequestMessage request, string target, IReadOnlyDictionary<string, string> v, DateTimeOffset now)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        var ms = $"{now.ToUnixTimeMilliseconds()}";
        var method = request.Method.Method;
        switch (signature)
        {
            case "binance":
                var query = $"{target.Split('?').ElementAtOrDefault(1) ?? "a=b"}".Split("&signature=")[0];
                query = string.Join('&', query.Split('&').Where(static p => !p.StartsWith("timestamp=") && !p.StartsWith("signature=")).Append($"timestamp={ms}"));
                var root = request.RequestUri!.GetLeftPart(UriPartial.Path);
                request.RequestUri = new Uri($"{root}?{query}&signature={Hex(v["BINANCE_API_SECRET"], query)}");
                Set(request, "X-MBX-APIKEY", v["BINANCE_API_KEY"]);
                break;
            case "bybit":
                Set(request, "X-BAPI-API-KEY", v["BYBIT_API_KEY"]);
                Set(request, "X-BAPI-TIMESTAMP", ms);
                Set(request, "X-BAPI-RECV-WINDOW", "5000");
                var parameters = method == "GET" ? target.Split('?').ElementAtOrDefault(1) : body;
                Set(request, "X-BAPI-SIGN", Hex(v["BYBIT_API_SECRET"], $"{ms}{v["BYBIT_API_KEY"]}5000{parameters}"));
                break;
            case "okx":
                var iso = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
                Set(request, "OK-ACCESS-KEY", v["OKX_API_KEY"]);
                Set(request, "OK-ACCESS-PASSPHRASE", v["OKX_PASSPHRASE"]);
                Set(request, "OK-ACCESS-TIMESTAMP", iso);
                Set(request, "OK-ACCESS-SIGN", Base64(v["OKX_API_SECRET"], iso + method + target + body));
                break;
            case "kucoin":
                Set(request, "KC-API-KEY", v["KUCOIN_API_KEY"]);
                Set(request, "KC-API-KEY-VERSION", "2");
                Set(request, "KC-API-TIMESTAMP", ms);
                Set(request, "KC-API-PASSPHRASE", Base64(v["KUCOIN_API_SECRET"], v["KUCOIN_API_PASSPHRASE"]));
                Set(request, "KC-API-SIGN", Base64(v["KUCOIN_API_SECRET"], ms + method + target + body));
                break;
            case "quantconnect":
                var seconds = $"{now.ToUnixTimeSeconds()}";
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{v["QUANTCONNECT_API_TOKEN"]}:{seconds}")));
                Set(request, "Timestamp", seconds);
                Set(request, "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{v["QUANTCONNECT_USER_ID"]}:{hash}")));
                break;
            case "deribit":
                var text = $"{ms}\nn0nce\n{method}\n{target}\n{body}\n";
                Set(request, "Authorization",
                    $"deri-hmac-sha256 id={v["DERIBIT_API_KEY"]},ts={ms},nonce=n0nce,sig={Hex(v["DERIBIT_API_SECRET"], text)}");
                break;
            case "coinbase":
                Set(request, "Authorization", $"Bearer {Jwt(v, $"{method} {request.RequestUri!.Authority}{target.Split('?')[0]}", now)}");
                break;
            case "aws":
                SignAws(request, target, body, v, now);
                break;
        }
    }

    private static void SignAws(HttpRequestMessage request, string target, string body, IReadOnlyDictionary<string, string> v, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMddTHHmmssZ");
        var scope = $"{time[..8]}/us-east-1/sts/aws4_request";
        Set(request, "X-Amz-Date", time);
        var canonical = $"{request.Method}\n{target.Split('?')[0]}\n{target.Split('?').ElementAtOrDefault(1)}\n"
            + $"host:{request.RequestUri!.Authority}\nx-amz-date:{time}\n\nhost;x-amz-date\n{Digest(body)}";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Digest(canonical)}";
        var key = Encoding.UTF8.GetBytes("AWS4" + v["AWS_SECRET_ACCESS_KEY"]);
        foreach (var part in new[] { time[..8], "us-east-1", "sts", "aws4_request", toSign })
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        Set(request, "Authorization",
            $"AWS4-HMAC-SHA256 Credential={v["AWS_ACCESS_KEY_ID"]}/{scope}, SignedHeaders=host;x-amz-date, Signature={Convert.ToHexStringLower(key)}");
    }

    private static string Jwt(IReadOnlyDictionary<string, string> v, string uri, DateTimeOffset now)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(v["COINBASE_API_SECRET"]);
        var id = v["COINBASE_API_KEY"];
        var at = now.ToUnixTimeSeconds();
        var head = Url(JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = "JWT", kid = id, nonce = "00ff" }));
        var claims = Url(JsonSerializer.SerializeToUtf8Bytes(new { iss = "cdp", sub = id, nbf = at, exp = at + 120, uri }));
        return $"{head}.{claims}.{Url(key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Two fixed keys would do; these are made once a run.</summary>
    private static string Pem(string seed) => seed == "good" ? GoodPem.Value : OtherPem.Value;

    private static readonly Lazy<string> GoodPem = new(NewPem);
    private static readonly Lazy<string> OtherPem = new(NewPem);

    private static string NewPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportECPrivateKeyPem();
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private static string Hex(string key, string text) => Convert.ToHexStringLower(Mac(key, text));

    private static string Base64(string key, string text) => Convert.ToBase64String(Mac(key, text));

    private static byte[] Mac(string key, string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
