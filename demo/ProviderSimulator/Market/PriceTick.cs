namespace ControlPlane.ProviderSimulator.Market;

/// <summary>The middle of bid and ask at one tick.</summary>
internal readonly record struct PriceTick(long Number, double Mid, Regime Regime)
{
    /// <summary>Half a basis point to either side.</summary>
    private const double HalfSpread = 0.00005;

    public decimal Price => Cents(Mid);

    public decimal Bid => Cents(Mid * (1 - HalfSpread));

    public decimal Ask => Cents(Mid * (1 + HalfSpread));

    /// <summary>Prices come in hundredths of a cent.</summary>
    private static decimal Cents(double price) => Math.Round((decimal)price, 4);
}
