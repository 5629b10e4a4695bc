using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.OfficialClients;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

/// <summary>The providers' own clients against the simulator: what they send with a good key is taken, and with another one refused.</summary>
public sealed class OfficialClientTests
{
    private static readonly Dictionary<string, Dictionary<string, string>> s_keys = new()
    {
        ["anthropic"] = new() { ["ANTHROPIC_API_KEY"] = "sk-ant-api03-good" },
        ["openai"] = new() { ["OPENAI_API_KEY"] = "sk-good" },
        ["groq"] = new() { ["GROQ_API_KEY"] = "gsk_good" },
        ["perplexity"] = new() { ["PERPLEXITY_API_KEY"] = "pplx-good" },
        ["google_gemini"] = new() { ["GEMINI_API_KEY"] = "AIzagood" },
        ["polygon"] = new() { ["POLYGON_API_KEY"] = "polygon-good" },
        ["github"] = new() { ["GITHUB_TOKEN"] = "ghp_good" },
        ["stripe"] = new() { ["STRIPE_API_KEY"] = "sk_test_good" },
        ["slack"] = new() { ["SLACK_BOT_TOKEN"] = "xoxb-good" },
        ["coinbase"] = new()
        {
            ["COINBASE_API_KEY"] = "0f1e2d3c-0000-4000-8000-000000000001",
            ["COINBASE_API_SECRET"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==",
        },
    };

    /// <summary>Takes a minute, and packages from the registry that npm is set up for.</summary>
    [Fact(Explicit = true)]
    public async Task EveryClient_WithAGoodKey_IsServedAndWithAnotherRefused()
    {
        var keys = new Dictionary<string, Dictionary<string, string>>(s_keys);
        foreach (var exchange in new[] { "binance", "okx", "bybit", "kucoin", "gate", "bitget", "mexc", "bingx", "htx", "kraken" })
            keys[exchange] = Signer.Values(exchange, "good");
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { Roots = new Dictionary<string, int> { ["stripe"] = 0 } }, TestContext.Current.CancellationToken);
        foreach (var (provider, values) in keys)
            host.SetKey(provider, values);

        var good = keys.Values.SelectMany(static values => values).ToDictionary();
        var results = await NodeProgram.RunAsync(
            "clients.mjs",
            new JsonObject
            {
                ["addresses"] = Node(keys.Keys.ToDictionary(static provider => provider, host.BaseUrl)),
                ["roots"] = Node(host.RootAddresses),
                ["keys"] = Node(good),
                ["wrong"] = Node(good.ToDictionary(static pair => pair.Key, static pair => Wrong(pair.Key, pair.Value))),
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(21, results.AsObject().Count);
        Assert.All(results.AsObject(), static client => Assert.Equal("ok", client.Value!["good"]!.GetValue<string>()));
        Assert.All(results.AsObject(), static client => Assert.NotEqual("ok", client.Value!["wrong"]!.GetValue<string>()));
    }

    /// <summary>Another value of the same form.</summary>
    private static string Wrong(string name, string value) => name switch
    {
        "COINBASE_API_SECRET" => value,
        _ when name.Contains("SECRET", StringComparison.Ordinal) => Convert.ToBase64String(Encoding.ASCII.GetBytes("another-secret")),
        _ => value[..^1] + "9",
    };

    private static JsonObject Node(IReadOnlyDictionary<string, string> values) => new(values.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
