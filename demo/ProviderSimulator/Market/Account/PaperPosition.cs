namespace ControlPlane.ProviderSimulator.Market.Account;

/// <summary>What the account holds of an instrument.</summary>
/// <param name="Quantity">Below 0 when short; never 0.</param>
/// <param name="Entry">Average price of what is held.</param>
internal readonly record struct PaperPosition(decimal Quantity, decimal Entry)
{
    /// <summary>The position after a fill: more of it averages the entry, less keeps it, a turn starts anew.</summary>
    public PaperPosition After(decimal signed, decimal price)
    {
        var quantity = Quantity + signed;
        if (Quantity == 0 || Math.Sign(quantity) != Math.Sign(Quantity))
            return new(quantity, price);
        return Math.Abs(quantity) > Math.Abs(Quantity)
            ? new(quantity, ((Quantity * Entry) + (signed * price)) / quantity)
            : new(quantity, Entry);
    }
}
