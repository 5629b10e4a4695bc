namespace ControlPlane.ProviderSimulator;

/// <summary>What becomes of the simulated market from now on; what is null stays as it is.</summary>
public sealed record MarketOrder
{
    /// <summary>False: closed; quotes go on, orders are refused.</summary>
    public bool? Open { get; init; }

    /// <summary>True: the feed stands still. It answers with the last prices and their times, so that their age grows.</summary>
    public bool? Frozen { get; init; }
}
