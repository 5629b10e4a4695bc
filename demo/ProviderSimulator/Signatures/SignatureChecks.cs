namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>The checks by name.</summary>
internal static class SignatureChecks
{
    private static readonly Dictionary<string, ISignatureCheck> ByName = new ISignatureCheck[]
    {
        new BinanceCheck(),
        new CoinbaseCheck(),
        new OkxCheck(),
        new BybitCheck(),
        new QuantConnectCheck(),
        new AwsCheck(),
        new KuCoinCheck(),
        new DeribitCheck(),
    }.ToDictionary(static check => check.Name);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static ISignatureCheck? Named(string name) => ByName.GetValueOrDefault(name);
}
