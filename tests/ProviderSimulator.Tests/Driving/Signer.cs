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
        "binance_us" => Pair("BINANCE_US", seed),
        "binance_futures" => Pair("BINANCE_FUTURES", seed),
        "mexc" => Pair("MEXC", seed),
        "bingx" => Pair("BINGX", seed),
        "gate" => Pair("GATE", seed),
        "htx" => Pair("HTX", seed),
        "bitmex" => Pair("BITMEX", seed),
        "bitget" => new(Pair("BITGET", seed)) { ["BITGET_PASSPHRASE"] = "phrase" },
        "kraken" => Coded("KRAKEN", seed),
        "kraken_futures" => Coded("KRAKEN_FUTURES", seed),
        "hyperliquid" => new() { ["HYPERLIQUID_PK"] = new string(seed == "good" ? '1' : '2', 64), ["HYPERLIQUID_ACCOUNT_ADDRESS"] = $"0x{seed}" },
        _ => [],
    };

    private static Dictionary<string, string> Pair(string prefix, string seed) => new() { [$"{prefix}_API_KEY"] = $"{seed}-k", [$"{prefix}_API_SECRET"] = $"{seed}-s" };

    private static Dictionary<string, string> Coded(string prefix, string seed) =>
        new() { [$"{prefix}_API_KEY"] = $"{seed}-k", [$"{prefix}_API_SECRET"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{seed}-s")) };

    /// <summary>Signs in place. <paramref name="target"/> is the path and query behind the provider.</summary>
    public static async Task SignAsync(
        string signature, HttpRequestMessage request, string target, IReadOnlyDictionary<string, string> v, DateTimeOffset now)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        var ms = $"{now.ToUnixTimeMilliseconds()}";
        var method = request.Method.Method;
        switch (signature)
        {
            case "binance" or "mexc" or "bingx":
                var query = $"{target.Split('?').ElementAtOrDefault(1) ?? "a=b"}".Split("&signature=")[0];
                query = string.Join('&', query.Split('&').Where(static p => !p.StartsWith("timestamp=") && !p.StartsWith("signature=")).Append($"timestamp={ms}"));
                var root = request.RequestUri!.GetLeftPart(UriPartial.Path);
                request.RequestUri = new Uri($"{root}?{query}&signature={Hex(Secret(v), query)}");
                Set(request, signature switch { "mexc" => "X-MEXC-APIKEY", "bingx" => "X-BX-APIKEY", _ => "X-MBX-APIKEY" }, Key(v));
                break;
            case "gate":
                var at = $"{now.ToUnixTimeSeconds()}";
                var line = $"{method}\n{target.Split('?')[0]}\n{target.Split('?').ElementAtOrDefault(1)}\n{Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(body)))}\n{at}";
                Set(request, "KEY", Key(v));
                Set(request, "Timestamp", at);
                Set(request, "SIGN", Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret(v)), Encoding.UTF8.GetBytes(line))));
                break;
            case "bitmex":
                var until = $"{now.ToUnixTimeSeconds() + 30}";
                Set(request, "api-key", Key(v));
                Set(request, "api-expires", until);
                Set(request, "api-signature", Hex(Secret(v), method + target + until + body));
                break;
            case "bitget":
                Set(request, "ACCESS-KEY", Key(v));
                Set(request, "ACCESS-PASSPHRASE", v["BITGET_PASSPHRASE"]);
                Set(request, "ACCESS-TIMESTAMP", ms);
                Set(request, "ACCESS-SIGN", Base64(Secret(v), ms + method + target + body));
                break;
            case "htx":
                var stamp = Uri.EscapeDataString(now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss"));
                var sorted = $"AccessKeyId={Key(v)}&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp={stamp}";
                var host = request.RequestUri!.Authority;
                var sign = Uri.EscapeDataString(Base64(Secret(v), $"{method}\n{host}\n{target.Split('?')[0]}\n{sorted}"));
                request.RequestUri = new Uri($"{request.RequestUri.GetLeftPart(UriPartial.Path)}?{sorted}&Signature={sign}");
                break;
            case "kraken":
                var nonce = $"{(now - DateTimeOffset.UnixEpoch).Ticks}";
                request.Content = new FormUrlEncodedContent([new("nonce", nonce)]);
                Set(request, "API-Key", Key(v));
                byte[] spot = [.. Encoding.ASCII.GetBytes(target.Split('?')[0]), .. SHA256.HashData(Encoding.ASCII.GetBytes($"{nonce}nonce={nonce}"))];
                Set(request, "API-Sign", Convert.ToBase64String(HMACSHA512.HashData(Convert.FromBase64String(Secret(v)), spot)));
                break;
            case "kraken_futures":
                Set(request, "APIKey", Key(v));
                Set(request, "Authent", Convert.ToBase64String(HMACSHA512.HashData(Convert.FromBase64String(Secret(v)), SHA256.HashData(Encoding.ASCII.GetBytes(body + target)))));
                break;
            case "hyperliquid":
                // Addresses of the private keys 11...1 and 22...2, as any wallet shows them.
                var address = v["HYPERLIQUID_PK"][0] == '1' ? "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a" : "0x1563915e194d8cfba1943570603f7606a3115508";
                request.Content = new StringContent(body.Replace("part-wallet-7q", address, StringComparison.Ordinal), Encoding.UTF8, "application/json");
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

    private static string Key(IReadOnlyDictionary<string, string> v) => v.First(static pair => pair.Key.EndsWith("_API_KEY", StringComparison.Ordinal)).Value;

    private static string Secret(IReadOnlyDictionary<string, string> v) => v.First(static pair => pair.Key.EndsWith("_API_SECRET", StringComparison.Ordinal)).Value;

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
