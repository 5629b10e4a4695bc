namespace ControlPlane.ProviderSimulator.Market;

/// <summary>A made-up instrument. The weights say how often it trends and how often it reverts; the rest of the time it is quiet.</summary>
internal sealed record Instrument(string Symbol, double BasePrice, double TrendWeight, double RevertWeight)
{
    /// <summary>Names that no exchange lists.</summary>
    public static IReadOnlyList<Instrument> All { get; } =
    [
        new("SIMA", 100, TrendWeight: 0.65, RevertWeight: 0.15),
        new("SIMB", 250, TrendWeight: 0.10, RevertWeight: 0.70),
        new("SIMC", 40, TrendWeight: 0.60, RevertWeight: 0.20),
        new("SIMD", 60, TrendWeight: 0.65, RevertWeight: 0.15),
    ];
}
