using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The catalogue against the simulator, whose scripts come from the providers' own documents: each catches the other's errors.</summary>
public sealed class ProviderMatrixTests
{
    private const string Wallet = "1111111111111111111111111111111111111111111111111111111111111111";
    private const string Coded = "bWFkZS11cC1zZWNyZXQtb2YtdGhlLW1hdHJpeC0wMDE=";

    private static readonly string[] s_withoutKey = ["ollama", "interactive_brokers"];

    private static readonly (string Provider, string Variables, string? Capability)[] s_keys =
    [
        ("binance_us", "BINANCE_US_API_KEY BINANCE_US_API_SECRET", "trade unknown"),
        ("binance_futures", "BINANCE_FUTURES_API_KEY BINANCE_FUTURES_API_SECRET", "trade proven"),
        ("mexc", "MEXC_API_KEY MEXC_API_SECRET", "trade unknown"),
        ("bingx", "BINGX_API_KEY BINGX_API_SECRET", "trade proven"),
        ("gate", "GATE_API_KEY GATE_API_SECRET", "trade unknown"),
        ("bitget", "BITGET_API_KEY BITGET_API_SECRET BITGET_PASSPHRASE", "trade proven"),
        ("htx", "HTX_API_KEY HTX_API_SECRET", "trade unknown"),
        ("kraken", $"KRAKEN_VERIFY_API_KEY KRAKEN_VERIFY_API_SECRET={Coded} KRAKEN_API_KEY KRAKEN_API_SECRET={Coded}", "trade unknown"),
        ("kraken_futures", $"KRAKEN_FUTURES_API_KEY KRAKEN_FUTURES_API_SECRET={Coded}", "trade proven"),
        ("hyperliquid", $"HYPERLIQUID_PK={Wallet} HYPERLIQUID_ACCOUNT_ADDRESS=0x5E9EE1089755C3435139848E47E6635505D5A13A", "trade implied"),
        ("schwab", "SCHWAB_APP_KEY SCHWAB_APP_SECRET SCHWAB_REFRESH_TOKEN", "trade implied"),
        ("tradestation", "TRADESTATION_CLIENT_ID TRADESTATION_CLIENT_SECRET TRADESTATION_REFRESH_TOKEN TRADESTATION_ROTATING_TOKENS=false", "trade proven"),
        ("interactive_brokers", "IBKR_GATEWAY_URL=https://127.0.0.1:5000/v1/api", "trade proven"),
        ("perplexity", "PERPLEXITY_API_KEY", "infer unknown"),
        ("moonshot", "MOONSHOT_API_KEY", "infer implied"),
        ("dashscope", "DASHSCOPE_API_KEY", "infer implied"),
        ("minimax", "MINIMAX_API_KEY", "infer implied"),
        ("zhipu", "ZHIPUAI_API_KEY", "infer implied"),
        ("together", "TOGETHER_API_KEY", "infer implied"),
        ("nvidia", "NVIDIA_API_KEY", "infer unknown"),
        ("openai_compatible", "OPENAI_COMPATIBLE_BASE_URL=http://127.0.0.1:8000/v1 OPENAI_COMPATIBLE_API_KEY", "infer implied"),
        ("ollama", "OLLAMA_HOST=127.0.0.1", "infer implied"),
        ("azure_openai", "AZURE_OPENAI_ENDPOINT=https://made-up.openai.azure.com AZURE_OPENAI_API_KEY", "infer unknown"),
        ("neon", "NEON_API_KEY", null),
        ("ntfy", "NTFY_TOPIC NTFY_TOKEN", null),
    ];

    [Fact]
    public async Task Verify_GoodKeyOfEachProvider_IsValid_AndOneThatIsGone_IsNot()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0", [.. s_keys.Select(k => k.Provider)]);
        foreach (var (provider, variables, _) in s_keys)
        {
            var values = variables.Split(' ').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v.Length == 2 ? v[1] : $"made-up-{v[0].ToLowerInvariant().Replace('_', '-')}-0001");
            scene.Simulator.SetKey(provider, values);
            foreach (var (name, value) in values) scene.SetSecret(name, value);
        }

        await scene.Process.Viewer.Until(s => s["autonomy_gates"]["llmConnected"]!["status"]!.GetValue<string>() == "True", "the keys were read");
        var good = await All(scene);
        foreach (var (provider, _, capability) in s_keys)
        {
            Assert.Equal($"{provider} valid", $"{provider} {good[provider]["status"]} {good[provider]["error_code"]}".TrimEnd());
            if (capability is not null)
                Assert.Contains($"{provider} {capability}", good[provider]["capabilities"]!.AsArray().Select(c => $"{provider} {c!["name"]} {c["status"]}"));
        }

        foreach (var (provider, _, _) in s_keys) scene.Simulator.RemoveKey(provider);
        var gone = await All(scene);
        foreach (var (provider, _, _) in s_keys.Where(k => !s_withoutKey.Contains(k.Provider)))
            Assert.DoesNotContain("valid", $"{gone[provider]["status"]}".Replace("invalid", "refused", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, JsonNode>> All(Scene scene) =>
        (await scene.Process.Operator.Verify("*"))["results"].AsArray().ToDictionary(r => r!["provider"]!.GetValue<string>(), r => r!);
}
