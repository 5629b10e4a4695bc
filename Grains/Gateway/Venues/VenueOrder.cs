using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Venues;

/// <summary>A working order as its broker lists it, and the grant that it is of.</summary>
/// <param name="Granted">Null for an order that was not granted here: it is taken for what the broker says of it.</param>
/// <param name="Asked">What the question for it was made with, such as a category.</param>
internal sealed record VenueOrder(SeenOrder Seen, BotOrder? Granted, IReadOnlyDictionary<string, string> Asked)
{
    /// <summary>Whether it only makes a position smaller.</summary>
    public bool IsExit => Granted is { } granted ? granted.Order.Intent == OrderIntent.Reduce : Seen.Reduces;

    /// <summary>What its cancel is filled with.</summary>
    public Dictionary<string, string> Values()
    {
        var values = Granted is { } granted ? OrderLookup.Values(granted.Order) : [];
        foreach (var (name, value) in Asked) values.TryAdd(name, value);
        if (Seen.OrderId is { } id) values["order_id"] = id;
        if (Seen.ClientOrderId is { } client) values["client_order_id"] = client;
        if (Seen.Symbol is { } symbol) values.TryAdd("symbol", symbol);
        return values;
    }

    /// <summary>Whether a kill takes it back.</summary>
    public bool IsTaken(string? botId, bool all) => (botId is null || Granted?.BotId == botId) && (all || !IsExit);
}
