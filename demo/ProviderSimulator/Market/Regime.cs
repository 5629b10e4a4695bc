namespace ControlPlane.ProviderSimulator.Market;

/// <summary>How a price behaves for a while.</summary>
internal enum Regime
{
    /// <summary>Hardly any movement.</summary>
    Quiet,

    /// <summary>Swings around an anchor and comes back to it.</summary>
    Reverting,
    TrendUp,
    TrendDown,
}
