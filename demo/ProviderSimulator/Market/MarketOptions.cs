namespace ControlPlane.ProviderSimulator;

/// <summary>A simulated market behind the scripted providers: the same seed gives the same prices, tick by tick.</summary>
public sealed record MarketOptions
{
    /// <summary>Seed of all prices, fills and advice.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>One in so many orders that the broker took is rejected by the exchange; 0 for none.</summary>
    public int RejectOneIn { get; init; } = 25;
}
