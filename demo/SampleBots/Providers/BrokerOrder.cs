namespace ControlPlane.SampleBots.Providers;

/// <summary>An order as the broker tells it.</summary>
/// <param name="FillPrice">Average price of what was filled, or null.</param>
internal sealed record BrokerOrder(string Id, string Status, decimal Filled, decimal? FillPrice)
{
    public bool IsFilled => Status == "filled" && FillPrice is > 0;

    /// <summary>Nothing more will come of it.</summary>
    public bool IsDead => Status is "rejected" or "canceled" or "expired";
}

/// <summary>What the account holds of an instrument.</summary>
/// <param name="Quantity">Below 0 when short.</param>
internal sealed record BrokerPosition(decimal Quantity, decimal Entry);
