using System.Collections.Frozen;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>The kinds of verify that the engine knows.</summary>
internal static class VerifyKinds
{
    public const string Http = "http";
    public const string Session = "session";

    /// <summary>Signing schemes, and how many variables each takes from the front of <see cref="AccessDefinition.Requires"/>:
    /// key id, secret and, where there is one, passphrase, in this order.</summary>
    public static FrozenDictionary<string, int> Signing { get; } = new Dictionary<string, int>
    {
        ["aws"] = 2,
        ["binance"] = 2,
        ["bingx"] = 2,
        ["bitget"] = 3,
        ["bitmex"] = 2,
        ["bybit"] = 2,
        ["coinbase"] = 2,
        ["deribit"] = 2,
        ["gate"] = 2,
        ["htx"] = 2,
        ["kraken"] = 2,
        ["kraken_futures"] = 2,
        ["kucoin"] = 3,
        ["mexc"] = 2,
        ["okx"] = 3,
        ["quantconnect"] = 2,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Kinds that work values out from the key, and the templates that these fill.</summary>
    public static FrozenDictionary<string, string[]> Derived { get; } =
        new Dictionary<string, string[]> { ["hyperliquid"] = ["address"] }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Servers that do not speak HTTP: the schemes of their addresses, those that begin with TLS, and the usual port.</summary>
    public static FrozenDictionary<string, ServiceForm> Services { get; } = new Dictionary<string, ServiceForm>
    {
        ["postgres"] = new(["postgresql", "postgres"], [], 5432),
        ["redis"] = new(["redis"], ["rediss"], 6379),
        ["smtp"] = new(["smtp"], ["smtps"], 587),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> All => [Http, Session, .. Signing.Keys.Concat(Derived.Keys).Concat(Services.Keys).Order(StringComparer.Ordinal)];
}
