namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>What a call does at its provider.</summary>
public enum OperationEffect
{
    Read = 0,
    Infer = 1,
    Notify = 2,

    /// <summary>Places an order that may open or enlarge a position.</summary>
    Open = 3,

    /// <summary>Places an order that makes a position smaller.</summary>
    Reduce = 4,

    /// <summary>Places an order of either kind, by its fields.</summary>
    Order = 5,

    Cancel = 6,

    /// <summary>Moves money or keys: always refused.</summary>
    Account = 7,
}

/// <summary>Names of effects in the catalogue.</summary>
public static class OperationEffects
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<OperationEffect>().Select(name => name.ToLowerInvariant())];

    public static OperationEffect? Parse(string name) => Names.Contains(name) ? Enum.Parse<OperationEffect>(name, ignoreCase: true) : null;

    /// <summary>Whether it places or changes an order.</summary>
    public static bool PlacesOrders(this OperationEffect effect) => effect is OperationEffect.Open or OperationEffect.Reduce or OperationEffect.Order;
}
