namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>Why an order can't be read. It is refused.</summary>
/// <param name="Field">The field in question, as a pointer; null for the request as a whole. Never a value.</param>
internal sealed class OrderFaultException(string? place, string rule) : Exception(rule)
{
    public string? Field => place;

    /// <summary>For people.</summary>
    public string Detail => place is null ? Message : $"{place}: {Message}";
}
