namespace ControlPlane.ProviderSimulator.Market;

/// <summary>Open, high, low, close of a span that begins at <paramref name="Start"/>.</summary>
internal sealed record PriceBar(DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, int Ticks);
