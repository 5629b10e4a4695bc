namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>The checks by name.</summary>
internal static class SignatureChecks
{
    private static readonly Dictionary<string, ISignatureCheck> ByName = new ISignatureCheck[]
    {
        new BinanceCheck("binance", "X-MBX-APIKEY"),
        new BinanceCheck("mexc", "X-MEXC-APIKEY"),
        new BinanceCheck("bingx", "X-BX-APIKEY"),
        new CoinbaseCheck(),
        new OkxCheck(),
        new BybitCheck(),
        new QuantConnectCheck(),
        new AwsCheck(),
        new KuCoinCheck(),
        new DeribitCheck(),
        new GateCheck(),
        new BitgetCheck(),
        new BitmexCheck(),
        new HtxCheck(),
        new KrakenCheck(),
        new KrakenFuturesCheck(),
        new HyperliquidCheck(),
    }.ToDictionary(static check => check.Name);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static ISignatureCheck? Named(string name) => ByName.GetValueOrDefault(name);
}
